"""Communities of four kinds, their teams and how one is invited."""
