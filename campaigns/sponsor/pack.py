"""The sponsor pack: all that a company needs for its files, in one ZIP that is made when it is asked for.

Of students it tells only what sponsors may know: the alias of those who let them know, and of nobody else.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from campaigns.account.models import Organisation
from campaigns.billing import queries as billing
from campaigns.billing.rules import printed
from campaigns.disbursement.queries import trace as disbursements
from campaigns.kit import clock, db, tables, text
from campaigns.kit.money import Money
from campaigns.kit.pdf import Document
from campaigns.kit.templating import day, month
from campaigns.payment.rules.papers.receipt import receipt_paper
from campaigns.pledge.views.students import Group, Supported, group_of
from campaigns.remittance import queries as remittances
from campaigns.sponsor import queries
from campaigns.sponsor.queries import pack as packed
from campaigns.student.states import REACHED, How

MOST = 200
NEWS = 50
Part = tuple[str, bytes]

SAID = {
    How.FEE_NOTE: "The school's fee note or receipt was seen",
    How.SCHOOL_CONFIRMED: "The school confirmed it",
    How.CALLED: "The school was called, on a number that is publicly known",
}


def build(company: Organisation) -> bytes:
    """The ZIP; of invoices and of receipts the latest 200 at most are in it."""
    out, now = io.BytesIO(), clock.now()
    group = group_of(db.session.execute(queries.supported(company.id)).all())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _parts(company, group):
            entry = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _parts(company: Organisation, group: Group) -> Iterator[Part]:
    yield "pledges.csv", _pledges(company)
    yield "transfers.csv", _transfers(company)
    yield "verification.pdf", _verification(company, group)
    yield "term-report.pdf", _report(company, group)
    yield "school-payments.csv", _school(group)
    for document in db.session.scalars(billing.of_pledges(packed.pledges(company.id)).limit(MOST)).all():
        yield f"documents/{document.label}-{document.ref}.pdf", printed.pdf(document)
    for row in db.session.execute(packed.receipts(company.id).limit(MOST)).all():
        yield f"receipts/{row.Receipt.label}-{row.Receipt.id}.pdf", receipt_paper(row).pdf()


def _pledges(company: Organisation) -> bytes:
    header = ("pledge", "campaign", "community", "pledged", "instalment", "reference", "due", "state", "paid",
              "amount", "currency")  # fmt: skip
    lines = (
        (row.ref, row.campaign, row.community, row.confirmed_at.date(), row.number, row.reference, row.due_on,
         row.state.value, row.paid_at.date() if row.paid_at else None, Money(row.amount, row.currency), row.currency)
        for row in db.session.execute(packed.instalments(company.id))
    )  # fmt: skip
    return tables.csv_text(header, lines).encode()


def _transfers(company: Organisation) -> bytes:
    """The remittance references: what was put together to be paid by one transfer each."""
    header = ("reference", "to", "prepared", "state", "amount", "currency")
    orders = db.session.scalars(remittances.of_company(company.id).limit(MOST))
    lines = ((each.reference, each.community.name, each.created_at.date(), each.state.value, each.money,
              each.currency) for each in orders)  # fmt: skip
    return tables.csv_text(header, lines).encode()


def _verification(company: Organisation, group: Group) -> bytes:
    """Of each student who lets sponsors know: what was verified, how, and by somebody in which role."""
    paper = Document(f"Verification summary for {company.name}", created=clock.now())
    paper.text("What was checked before and since the company pledged, by people of the community, none of whom takes "
               "two steps of the same case. Names of students and of those who checked are not given.")  # fmt: skip
    ids = {part.line.need_id for one in group.known for part in one.parts}
    checks = {row.need_id: row for row in db.session.execute(packed.verified(ids))} if ids else {}
    for one in group.known:
        paper.heading(f"{one.alias}, {one.level or 'student'}")
        rows = [_checked(part, checks.get(part.line.need_id)) for part in one.parts]
        paper.table(("What", "How", "By", "On", "Holds until"), rows)
    _others(paper, group)
    return paper.bytes()


def _checked(part: Any, check: Any) -> tuple[object, ...]:
    what = f"{part.line.label}, {part.line.term}: {part.line.money}"
    if check is None:
        return what, "Not confirmed yet", "", "", ""
    return what, SAID[check.how], "a vetter", day(check.verified_at), day(check.expires_on)


def _others(paper: Document, group: Group) -> None:
    if not group.known:
        paper.text("None of the students whom the company supports lets sponsors know of them.")
    elif group.others:
        how_many = f"{group.how_many} other students" if group.how_many else "other students"
        paper.text(f"The rest of what the company pledged is for {how_many} of a verified group.")


def _report(company: Organisation, group: Group) -> bytes:
    """What became of it: outcomes, and the published news of the campaigns."""
    paper = Document(f"Term report for {company.name}", created=clock.now())
    outcomes = [_outcome(one) for one in group.known if one.outcome]
    if outcomes:
        paper.heading("What students have reached")
        paper.table(("Student", "What", "When", "Confirmed"), outcomes)
    news = db.session.scalars(packed.updates(company.id).limit(NEWS)).all()
    for each in news:
        paper.heading(f"{each.campaign.title}: {each.title}")
        paper.text(f"{day(each.shown_on)}\n{text.plain(each.body)}")
    if not outcomes and not news:
        paper.text("There is no news yet.")
    return paper.bytes()


def _outcome(one: Supported) -> tuple[object, ...]:
    assert one.outcome is not None  # noqa: S101 - the caller has asked
    confirmed = "by the school" if one.outcome.school_confirmed else ""
    return one.alias, REACHED[one.outcome.kind], month(one.outcome.reached_on), confirmed


def _school(group: Group) -> bytes:
    """What went to schools for the costs of those who let sponsors know, with the receipts' fingerprints."""
    header = ("student", "cost", "term", "payment", "sent", "amount", "currency", "receipt", "receipt_sha256")
    lines = {part.line.id: (one.alias, part.line) for one in group.known for part in one.parts}
    sent = db.session.execute(disbursements.sent_for(lines)) if lines else ()
    rows = (
        (lines[row.line_id][0], lines[row.line_id][1].label, lines[row.line_id][1].term, row.ref, row.paid_on,
         Money(row.amount, row.currency), row.currency, row.receipt_on, row.sha256)
        for row in sent
    )  # fmt: skip
    return tables.csv_text(header, rows).encode()
