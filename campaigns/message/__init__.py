"""Messages between a sponsor and a student, through the community: a person reads each before it is passed on."""
