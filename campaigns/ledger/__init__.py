"""The money's own book: append-only, balanced by construction, once per cause."""
