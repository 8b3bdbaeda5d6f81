"""Money in: tries, bank statements, the provider's events, receipts, and what a person must look at."""
