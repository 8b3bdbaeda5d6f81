"""Every write to a campaign."""
