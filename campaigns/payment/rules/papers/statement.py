"""A sponsor's year over all communities: what was paid, what went back, and what remains."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.account.rules import normal_email
from campaigns.billing.words import said
from campaigns.kit import clock, crypto, db, links, paper
from campaigns.kit.money import Money
from campaigns.kit.paper import Paper
from campaigns.notice import rules as notice
from campaigns.payment.models import Receipt
from campaigns.payment.queries import papers

LINK = "payment.statement"
LASTS = timedelta(days=7)
CSV = ("Community", "Day", "Document", "Campaign", "Reference", "Paid", "Went back", "Currency")


class Entry(NamedTuple):
    """A payment, or what went back of one; amounts in minor units, of which one is zero."""

    community: str
    at: datetime
    label: str
    campaign: str
    reference: str
    currency: str
    paid: int
    back: int


class Statement(NamedTuple):
    """A year of one sponsor, by community and day, with paid and went back by currency."""

    year: int
    whose: str
    entries: list[Entry]
    totals: dict[str, tuple[int, int]]


def ask_link(typed: str) -> None:
    """Mail a link to an address, whether anything was paid from it or not. Raises BadEmail."""
    address = normal_email(typed)
    token = links.issue(LINK, 0, lasts=LASTS, payload={"email": address})
    notice.send(
        address,
        "payment/mail/statement",
        key=f"payment.statement:{crypto.digest(token)[:16]}",
        url=links.url("payment.statements", token=token),
    )


def behind(token: str) -> str:
    """The address that a link was mailed to. Raises LinkSpent."""
    return str(links.peek(LINK, token).payload["email"])


def statement(pledges: sa.Select[int], year: int, whose: str) -> Statement:
    """Everything that was paid for these pledges in a year, and went back; `pledges` selects their ids."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    entries = [_paid(row) for row in db.session.execute(papers.paid_for(pledges, year))]
    entries += [_back(row) for row in db.session.execute(papers.went_back(pledges, start, end))]
    totals: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for each in entries:
        so_far = totals[each.currency]
        totals[each.currency] = (so_far[0] + each.paid, so_far[1] + each.back)
    return Statement(year, whose, sorted(entries, key=lambda each: (each.community, each.at, each.label)), dict(totals))


def _paid(row: Any) -> Entry:
    receipt: Receipt = row.Receipt
    of = (row.community, row.paid_at or receipt.issued_at, receipt.label, row.campaign, row.reference)
    return Entry(*of, receipt.currency, receipt.amount, 0)


def _back(row: Any) -> Entry:
    of = (row.community, row.moved_at, row.Receipt.label, row.campaign, row.reference)
    return Entry(*of, row.Receipt.currency, 0, row.moved)


def csv_rows(told: Statement) -> Iterable[tuple[object, ...]]:
    """The statement's rows under the heads of `CSV`; an amount of nothing is left empty."""
    for each in told.entries:
        paid, back = (Money(minor, each.currency) if minor else "" for minor in (each.paid, each.back))
        day = each.at.date().isoformat()
        yield each.community, day, each.label, each.campaign, each.reference, paid, back, each.currency


def statement_paper(told: Statement, lang: str) -> Paper:
    """The statement in words."""
    year = str(told.year)
    blocks = [paper.text(said("statement_for", lang, email=told.whose, year=year))]
    if not told.entries:
        blocks.append(paper.text(said("nothing", lang)))
    for community in dict.fromkeys(each.community for each in told.entries):
        mine = [each for each in told.entries if each.community == community]
        blocks += [paper.heading(community), _table(mine, lang)]
    if told.entries:
        blocks += [paper.heading(said("totals", lang)), _totals(told, lang)]
    return Paper(said("statement", lang, year=year), lang, "Vouch", _made(told.year).isoformat(), blocks)


def _made(year: int) -> datetime:
    """The end of the year, or today within it: so that the same statement stays the same file for a day."""
    end = datetime(year, 12, 31, tzinfo=UTC)
    return min(end, datetime.combine(clock.today(), datetime.min.time(), UTC))


def _table(entries: list[Entry], lang: str) -> dict[str, Any]:
    head = [said(word, lang) for word in ("paper", "day", "campaign", "paid_in", "went_back")]
    rows = [
        [each.label, paper.day(each.at, lang), each.campaign, *_amounts(each.paid, each.back, each.currency, lang)]
        for each in entries
    ]
    return paper.table(head, rows, align="LLLRR", widths=(1.2, 1.1, 2.2, 1.2, 1.2))


def _totals(told: Statement, lang: str) -> dict[str, Any]:
    head = [said(word, lang) for word in ("currency", "paid_in", "went_back", "remains")]
    rows = [
        [currency, *(paper.amount(Money(minor, currency), lang) for minor in (paid, back, paid - back))]
        for currency, (paid, back) in sorted(told.totals.items())
    ]
    return paper.table(head, rows, align="LRRR", widths=(1, 1, 1, 1))


def _amounts(paid: int, back: int, currency: str, lang: str) -> list[str]:
    return [paper.amount(Money(minor, currency), lang) if minor else "" for minor in (paid, back)]
