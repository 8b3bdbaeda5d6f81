"""What somebody may ask of what is held about them, how long it is held, and who opens it in an emergency."""
