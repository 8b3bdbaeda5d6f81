"""A company's workspace: its people, what it has promised, whom that supports, and paying it."""
