"""Pressing a company: the letter, who signed it, how it was delivered, and the company's answer beside it."""
