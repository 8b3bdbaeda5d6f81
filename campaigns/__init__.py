"""Vouch: advocates vouch for students; companies answer in public; every cent is followed."""
