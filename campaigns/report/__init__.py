"""Exports, erasure and retention: what spans all that is known of a person."""
