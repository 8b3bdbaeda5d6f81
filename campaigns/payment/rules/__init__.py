"""Every write about money that comes in."""
