"""Many receipts, invoices and credit notes at once, in parts that one request can make."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.billing import queries as billing
from campaigns.billing import rules as documents
from campaigns.billing.models import BillingDocument
from campaigns.kit import bundle, db, tables
from campaigns.payment.models import Receipt
from campaigns.payment.queries import papers
from campaigns.payment.rules.papers.receipt import receipt_paper
from campaigns.pledge.models import Instalment

SIZE = 50
"""Papers in one part: each takes about a fifth of a second to set."""
LIST = ("File", "Number", "Issued on", "Amount", "Currency")


class Batch(NamedTuple):
    """The ids of receipts, then of documents."""

    receipts: Sequence[int]
    documents: Sequence[int]

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return -(-len(self) // SIZE)

    def __len__(self) -> int:
        return len(self.receipts) + len(self.documents)

    def part(self, number: int) -> "Batch":
        """A part, the first being 1."""
        start, end, first = (number - 1) * SIZE, number * SIZE, len(self.receipts)
        return Batch(self.receipts[start:end], self.documents[max(start - first, 0) : max(end - first, 0)])


def of_community(organisation_id: int, since: date, until: date) -> Batch:
    """What a community issued from `since` to `until`, both included, in UTC."""
    start, end = (datetime.combine(day, datetime.min.time(), UTC) for day in (since, until + timedelta(days=1)))
    receipts, made = (papers.issued_between(of, organisation_id, start, end) for of in (Receipt, BillingDocument))
    return _batch(papers.receipt_ids(receipts), papers.document_ids(made))


def of_sponsor(pledges: sa.Select[int], year: int) -> Batch:
    """What was issued for these pledges in a year; `pledges` selects their ids."""
    theirs = Instalment.pledge_id.in_(pledges)
    return _batch(
        papers.receipt_ids(theirs, Receipt.year == year), papers.document_ids(theirs, BillingDocument.year == year)
    )


def _batch(receipts: sa.Select[int], made: sa.Select[int]) -> Batch:
    return Batch(db.session.scalars(receipts).all(), db.session.scalars(made).all())


def archive(part: Batch) -> Iterator[bytes]:
    """A part as ZIP, with a list of what is in it; read from the database now, set while it is sent."""
    files: list[bundle.File] = []
    rows: list[Sequence[object]] = []
    for row in db.session.execute(papers.receipts_with(part.receipts)):
        _add(files, rows, f"receipt-{row.Receipt.label}.pdf", row.Receipt, partial(_receipt, receipt_paper(row)))
    for document, content in db.session.execute(billing.contents(part.documents)):
        db.session.expunge(document)
        make = partial(documents.pdf_of, document, json.loads(content))
        _add(files, rows, f"{document.label}.pdf", document, make)
    listed = tables.csv_text(LIST, rows).encode()
    return bundle.bundle([("list.csv", lambda: listed), *files])


def _receipt(paper: Any) -> bytes:
    made: bytes = paper.pdf()
    return made


def _add(files: list[bundle.File], rows: list[Sequence[object]], name: str, what: Any, make: Any) -> None:
    files.append((name, make))
    rows.append((name, what.label, what.issued_at.date().isoformat(), what.money, what.currency))
