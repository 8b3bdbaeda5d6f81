"""Pages that span domains: the front page, today, help, health, and the development inbox."""
