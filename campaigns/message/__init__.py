"""Messages between sponsors and students, each read by a person in between."""
