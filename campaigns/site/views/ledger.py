"""A campaign's public ledger, as a page and as CSV."""
