"""Stored files: re-encoded images, documents that only some may open."""
