"""Campaigns: the sum of approved needs, told in public, with what became of every promise."""
