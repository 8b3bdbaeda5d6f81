"""Paying later by a saved card: agreed to, announced, charged on the day, and what follows a refusal."""
