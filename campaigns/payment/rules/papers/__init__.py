"""Papers about money that came: receipts, a sponsor's year, and many of them at once."""
