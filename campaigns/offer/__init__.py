"""What a sponsor offers that is no pledge yet, or never will be one."""
