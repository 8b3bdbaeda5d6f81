"""Every document that is issued. What other domains call:

`issue(Kind.INVOICE, instalments, order, once=…, by=…)`, `cancel(invoice, reason, once=…, by=…)`,
`credit(instalment, amount, cause=…, reason=…)` where money went back, `read(document) -> Paper`,
`pdf(document) -> bytes`, and `queries.of_pledges(…)` to find them.
"""

from campaigns.billing.rules.credit import cancel, credit
from campaigns.billing.rules.issue import BillTo, NotSetUp, Order, issue, written_before
from campaigns.billing.rules.printed import pdf, pdf_of, read

__all__ = ["BillTo", "NotSetUp", "Order", "cancel", "credit", "issue", "pdf", "pdf_of", "read", "written_before"]
