"""Students' applications, their needs, the consent behind everything that is shown, and vetting."""
