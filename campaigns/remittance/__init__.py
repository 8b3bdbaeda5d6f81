"""One bank transfer for several instalments: what a company says that it is about to pay, under one reference."""
