"""People, organisations, roles, and how people sign in."""
