"""Doubles of outside services, kept so close to the real ones that our own code cannot tell."""
