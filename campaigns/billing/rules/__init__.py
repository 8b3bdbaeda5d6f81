"""Every document that is issued. What other domains call:

`issue(Kind.INVOICE, [instalment ids], order, once=…, by=…)`, `cancel(invoice, reason, once=…, by=…)`,
`read(document) -> Paper`, `pdf(document) -> bytes`, and `queries.of_pledges(…)` to find them. Where a pledge comes to
less than was invoiced, because it ended or money went back, a sweep writes the credit note.
"""

from campaigns.billing.rules.credit import cancel
from campaigns.billing.rules.issue import BillTo, NotSetUp, Order, issue, written_before
from campaigns.billing.rules.printed import pdf, pdf_of, read

__all__ = ["BillTo", "NotSetUp", "Order", "cancel", "issue", "pdf", "pdf_of", "read", "written_before"]
