"""Sample money: promised, paid, sent to the school and receipted there."""

from datetime import timedelta

from campaigns.campaign import queries as campaign_queries
from campaigns.campaign.models import Campaign
from campaigns.cli.demo import accounts
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.disbursement import queries as disbursement_queries
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import Disbursement
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.money import Money
from campaigns.kit.pdf import Document
from campaigns.payment.rules.entries import Seen, record
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Offer, Wishes, overdue
from campaigns.student.models import Application

Given = tuple[str, str | None, int, int]


def pledge(campaign: Campaign, given: Given, ago: int, *, confirm: bool = True) -> Pledge:
    """A promise, confirmed from the sponsor's own mailbox unless it still waits for that."""
    name, company, amount, _ = given
    email = f"{name.lower().replace(' ', '.').replace('dr..', '')}@sponsor.example"
    offer = Offer(Money(amount, campaign.currency), name, email, company, message=MESSAGES.get(name))
    with db.transaction(), day(ago):
        made = rules.promise(campaign.id, offer, once=crypto.token())
        if confirm:
            rules.stand(made, Wishes(show_name=not name.startswith("Anonymous"), updates=True))
    return made


MESSAGES = {
    "Petra Lindqvist": "My grandmother was a district nurse. Keep the attendance book.",
    "Ingrid Solheim": "For the bus.",
}


def pay(cast: Cast, promised: Pledge, amount: int, ago: int, *, treasurer: str) -> None:
    """A bank transfer for the next open instalment, seen and recorded by the treasurer."""
    with db.transaction(), day(ago):
        due = queries.unpaid(promised.organisation_id).where(Pledge.id == promised.id).limit(1)
        instalment = db.session.scalars(due).one()
        seen = Seen(Money(amount, instalment.currency), clock.today(), f"NTRF{refs.random_ref(10)}")
        record(instalment, seen, by=cast[treasurer])


def withdraw(promised: Pledge, reason: str, ago: int) -> None:
    """The sponsor takes back what is not paid."""
    with db.transaction(), day(ago):
        rules.withdraw(db.session.scalars(queries.whole(promised.id)).one(), reason)


def lapse(promised: Pledge, ago: int) -> None:
    """Nobody paid: overdue after its day, given up a month later."""
    for step, when in ((overdue.call_overdue, ago + 31), (overdue.lapse, ago)):
        with db.transaction(), day(when):
            whole = db.session.scalars(queries.whole(promised.id)).one()
            step(whole, whole.instalments[0])


def pay_school(cast: Cast, campaign: Campaign, ago: int, *, parts: int, prove: bool = True) -> Disbursement:
    """Pay the school for the first `parts` lines: proposed by one, released by another, proven by its receipt."""
    accounts.agree(cast, _student(campaign))
    with db.transaction(), day(ago):
        whole = db.session.scalars(campaign_queries.whole(campaign.id)).one()
        amounts = {line.id: line.money for line in whole.lines[:parts]}
        paid = disbursements.propose(whole, amounts, note="Fees by fee note", once=crypto.token(), by=cast["Tomas"])
    with db.transaction(), day(ago, later=timedelta(hours=5)):
        reference = f"SEPA-{refs.random_ref(8)}"
        disbursements.release(_whole(cast, paid), bank_reference=reference, paid_on=clock.today(), by=cast["Amina"])
    if prove:
        with db.transaction(), day(max(ago - 6, 0)):
            number = f"MW-{refs.random_ref(5)}"
            receipt, today = _receipt(paid, number), clock.today()
            disbursements.prove(
                _whole(cast, paid), data=receipt, school_receipt=number, receipt_on=today, by=cast["Tomas"]
            )
    return paid


def _student(campaign: Campaign) -> Application:
    students = campaign_queries.applications_of(campaign.id)
    found = db.session.scalars(students.order_by(Application.id).limit(1)).one()
    db.session.commit()
    return found


def propose(cast: Cast, campaign: Campaign, ago: int, *, part: int) -> None:
    """A payment for one line that waits for a second person."""
    with db.transaction(), day(ago):
        whole = db.session.scalars(campaign_queries.whole(campaign.id)).one()
        line = whole.lines[part]
        disbursements.propose(whole, {line.id: line.money}, once=crypto.token(), by=cast["Tomas"])


def _whole(cast: Cast, paid: Disbursement) -> Disbursement:
    select = disbursement_queries.for_page(cast["Tomas"], paid.organisation_id, paid.ref)
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def _receipt(paid: Disbursement, number: str) -> bytes:
    document = Document("School receipt", created=clock.now(), issuer="The bursar")
    document.heading(f"Receipt {number}")
    document.facts([("Received", paid.money.format()), ("For", "Fees as on the fee note"), ("From", "The community")])
    return document.bytes()
