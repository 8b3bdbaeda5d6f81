"""Paper for what was promised: quotes, invoices, credit notes."""
