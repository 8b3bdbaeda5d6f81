"""The list of campaigns, with search and filters."""
