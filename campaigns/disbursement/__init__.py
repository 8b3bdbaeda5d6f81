"""Money out to schools: proposed by one person, released by another, proven by the school."""
