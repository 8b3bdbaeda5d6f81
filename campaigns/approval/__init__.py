"""Two people, one of them a safeguarding officer, read each public text about a minor."""
