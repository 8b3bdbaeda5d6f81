"""Two people approve each public text about a minor."""
