"""What is filled in about money that comes in."""
