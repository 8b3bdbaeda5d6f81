"""The commands, and starting the whole of Vouch on one machine."""
