"""What is told to whom: an outbox of e-mails, and who follows what."""
