"""Sample letters to companies, who signed them, and what was answered."""

from datetime import timedelta

from campaigns.ask import queries, rules
from campaigns.ask.models import Ask
from campaigns.ask.rules import Draft, Said, base
from campaigns.ask.states import Answer, DeclineReason
from campaigns.campaign.models import Campaign
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.reading import UNRECOGNISABLE, readers
from campaigns.cli.demo.time import day
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.money import Money
from campaigns.pledge import rules as pledges
from campaigns.pledge.rules import Offer

BODY = """Dear {contact},

your lorries, your clinics and your stores are part of the counties in which our students live. We are the teachers
and neighbours who checked this need with the school, line by line.

We ask {company} for **{amount}** towards *{title}*. The money goes to the school's account and to nobody else; you
will see its receipt, and what the term brought.

If you cannot, tell us why. Your answer will stand beside this letter, as long and as plain as you wish it.

With respect,
the community of Lantern"""

SIGNERS = (
    ("Grandmother of four, Busia", True),
    ("Elisabeth Kern", False),
    ("A teacher who cannot sign by name", True),
    ("Daniel Okello", False),
    ("Nurse, ward 6", True),
    ("Priya Raman", False),
    ("James Whitfield", False),
)


def write(cast: Cast, campaign: Campaign, company: str, contact: str, amount: int, ago: int, *, steps: int) -> Ask:
    """An ask, taken so many steps: 1 written, 2 read by a second person, 3 sent, 4 public with signatures."""
    asked = Money(amount, campaign.currency)
    body = BODY.format(contact=contact, company=company, amount=asked.format(), title=campaign.title)
    host = company.lower().replace(" ", "-")
    draft = Draft(contact, f"sustainability@{host}.example", asked, f"A letter to {company}", body)
    with db.transaction(), day(ago):
        ask = rules.create(campaign, company, draft, by=cast["Marta"])
        db.session.flush()
        if steps > 1:
            for reader in readers(cast, ask.concerns_minor):
                rules.approve(_whole(ask), version=1, answers=UNRECOGNISABLE, by=reader)
    if steps > 2:
        with db.transaction(), day(ago, later=timedelta(hours=2)):
            rules.send(_whole(ask), by=cast["Amina"])
    if steps > 3:
        with db.transaction(), day(ago - 15):
            rules.publish(_whole(ask), by=cast["Amina"])
        for number, signer in enumerate(SIGNERS):
            _sign(ask, *signer, ago=max(ago - 16 - number, 0), confirm=number < len(SIGNERS) - 1)
    return ask


def _whole(ask: Ask) -> Ask:
    return db.session.scalars(queries.by_ref(ask.ref).execution_options(populate_existing=True)).one()


def _sign(ask: Ask, shown_as: str, is_pseudonym: bool, *, ago: int, confirm: bool) -> None:
    email = f"{crypto.digest(shown_as)[:8]}@signer.example"
    with db.transaction(), day(ago):
        rules.sign(_whole(ask), email=email, shown_as=shown_as, is_pseudonym=is_pseudonym)
        if not confirm:
            return
        select = queries.signature_of(ask.id, crypto.fingerprints(email))
        signature = db.session.scalars(select).one()
        chosen = {"shown_as": shown_as, "is_pseudonym": is_pseudonym, "letter_id": base.letter_of(_whole(ask)).id}
        token = links.issue(queries.LINK, signature.id, lasts=timedelta(days=1), payload=chosen)
        rules.confirm_signature(token)


def accept(ask: Ask, amount: int, ago: int) -> int:
    """The company says yes and pledges at once; gives the pledge's id."""
    with db.transaction(), day(ago):
        whole = _whole(ask)
        said = Said(
            Answer.ACCEPT,
            crypto.token(),
            "Jonathan Reyes",
            "Head of community affairs",
            message="Two of our drivers went to this school. We are glad to be asked by name.",
            amount=Money(amount, ask.currency),
            may_show=True,
        )
        rules.answer(whole, said)
        accepted = rules.accepted(links.sign("ask.accept", ask.ref))
        offer = Offer(Money(amount, ask.currency), "Jonathan Reyes", whole.contact_email, whole.company.name)
        pledge = pledges.promise(ask.campaign_id, offer, once=crypto.token(), accepted=accepted)
        db.session.flush()
        return pledge.id


def decline(ask: Ask, ago: int) -> None:
    """The company says no, and why."""
    with db.transaction(), day(ago):
        said = Said(
            Answer.DECLINE,
            crypto.token(),
            "Office of the managing director",
            "Communications",
            message="Our budget for this year is given. Please ask us again in March.",
            reason=DeclineReason.BUDGET,
            may_show=True,
        )
        rules.answer(_whole(ask), said)


def counter(ask: Ask, amount: int, ago: int) -> None:
    """The company offers less money, and something in kind."""
    with db.transaction(), day(ago):
        said = Said(
            Answer.COUNTER,
            crypto.token(),
            "Miriam Castell",
            "People and culture",
            message="We can give half, and two weeks of work experience in our workshop.",
            amount=Money(amount, ask.currency),
            in_kind="Two weeks of work experience in our workshop",
            by_date=clock.today() + timedelta(days=30),
            may_show=True,
        )
        rules.answer(_whole(ask), said)
