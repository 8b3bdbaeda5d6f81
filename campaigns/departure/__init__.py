"""A supported student leaves, changes school or completes, and what becomes of the money."""
