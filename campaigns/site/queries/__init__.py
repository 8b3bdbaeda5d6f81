"""What the public pages read: columns, by statements that are built once."""
