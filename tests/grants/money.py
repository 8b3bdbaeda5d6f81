"""Pledges, bank entries, cases, payments to schools and files, with everything private marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.community.models import Community
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.queries import LINK
from campaigns.file import rules as files
from campaigns.file.models import File
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.payment.models import BankEntry, PaymentAttempt, PaymentCase, Receipt
from campaigns.payment.rules import entries
from campaigns.payment.rules.entries import Seen
from campaigns.payment.states import AttemptState, Because, CaseKind, EntryState, Provider
from campaigns.pledge.models import Instalment, Pledge, PledgeGroup
from tests.cast.accounts import pay_at
from tests.cast.approvals import approve_campaign
from tests.cast.pictures import a_photo
from tests.disbursement.helpers import receive

CANARIES = {
    "sponsor's address": "canary.sponsor@example.org",
    "anonymous sponsor": "Canary Anonymous",
    "message not shown": "Canary message that nobody has read",
    "promised, not confirmed": "Canary Promised",
    "payer": "Canary Payer",
    "remittance": "Canary remittance",
    "entry's note": "Canary note of an entry",
    "bank's reference": "CANARYBANKREFERENCE",
    "case's note": "Canary note of a case",
    "payment's note": "Canary note of a payment",
    "receipt's officer": "Canary Receipting",
    "receipt's position": "Canary position of who receipts",
    "school's receipt": "CANARY-SCHOOL-RECEIPT",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    live = db.session.scalars(sa.select(Campaign).where(Campaign.slug == "live")).one()
    return (
        _pledges(get, live, users)
        | _at_the_bank(live)
        | _cases(live.organisation_id)
        | _to_schools(get, live, users)
        | _files(live, users)
    )


def canaries_of_files() -> dict[str, str]:
    """Where the bytes of every file are."""
    return {f"key of file {file.id}": file.key for file in db.session.scalars(sa.select(File))}


def _pledges(get: Callable[[str], Any], live: Campaign, users: dict[str, User]) -> dict[str, Any]:
    make = get("a_pledge")
    address = {"email": CANARIES["sponsor's address"]}
    paid = make(live, 500_00, name="Petra Sponsor", **address)
    due = make(live, 50_00, name=CANARIES["anonymous sponsor"], show_name=False, **address)
    due.message = CANARIES["message not shown"]
    promised = make(live, 10_00, confirmed=False, name=CANARIES["promised, not confirmed"], **address)
    seen = Seen(Money(500_00, "EUR"), clock.today(), CANARIES["bank's reference"])
    entries.record(_instalment(paid), seen, by=users["tomas"])
    receipt = db.session.scalars(sa.select(Receipt)).one()
    return {
        "aside": _aside(due), "receipt": receipt.id,
        "paid_pledge": paid.ref, "pledge": due.ref, "promised": promised.ref, "reference": _instalment(due).reference,
        "pledge_key": links.sign("pledge", due.ref), "paid_key": links.sign("pledge", paid.ref),
        "sent_key": links.sign("pledge.sent", promised.ref), "live_id": live.id,
        "pledge_token": links.issue("pledge.confirm", promised.id, lasts=timedelta(days=1)),
    } | _group(make, live, address)  # fmt: skip


def _group(make: Callable[..., Pledge], live: Campaign, address: dict[str, str]) -> dict[str, Any]:
    """One pledge in two parts that wait to be confirmed."""
    group = PledgeGroup(ref="GRANTSG1", once=crypto.token(), organisation_id=live.organisation_id, reference="RF18G1")
    db.session.add(group)
    db.session.flush()
    for amount in (4_00, 3_00):
        part = make(live, amount, confirmed=False, name=CANARIES["promised, not confirmed"], **address)
        part.group_id = group.id
    db.session.flush()
    return {
        "several": group.ref,
        "several_key": links.sign("pledge.group", group.ref),
        "several_token": links.issue("pledge.confirm_group", group.id, lasts=timedelta(days=1)),
    }


def _aside(pledge: Pledge) -> int:
    """A card payment for a pledge that was paid before: it waits to be given back."""
    attempt = PaymentAttempt(
        instalment_id=_instalment(pledge).id, organisation_id=pledge.organisation_id, provider=Provider.STRIPE,
        state=AttemptState.SUCCEEDED, amount=10_00, currency="EUR", key=crypto.token(), charge_ref="ch_aside",
    )  # fmt: skip
    db.session.add(attempt)
    suspense, stripe = (
        ledger.account(f"{name}:{pledge.organisation_id}:EUR", "EUR") for name in ("suspense", "stripe")
    )
    ledger.move(Money(10_00, "EUR"), source=stripe, target=suspense, cause=("payment", "stripe:ch_aside"))
    case = PaymentCase(organisation_id=pledge.organisation_id, kind=CaseKind.OVERPAID, key="payment:stripe:ch_aside")
    case.attempt_id, case.amount, case.currency, case.note = attempt.id, 10_00, "EUR", CANARIES["case's note"]
    db.session.add(case)
    db.session.flush()
    return case.id


def _instalment(pledge: Pledge) -> Instalment:
    of_pledge = sa.select(Instalment).where(Instalment.pledge_id == pledge.id)
    return db.session.scalars(of_pledge.options(sa.orm.joinedload(Instalment.pledge))).one()


def _at_the_bank(live: Campaign) -> dict[str, Any]:
    due = sa.select(Instalment).join(Pledge).where(Pledge.name == CANARIES["anonymous sponsor"])
    instalment = db.session.scalars(due).one()
    matched = _entry(live, EntryState.PROPOSED, instalment_id=instalment.id, proposed_because=Because.EXACT)
    unmatched = _entry(live, EntryState.UNMATCHED)
    ignored = _entry(live, EntryState.IGNORED, note=CANARIES["entry's note"])
    db.session.flush()
    return {"entry": matched.id, "unmatched": unmatched.id, "ignored": ignored.id, "quoted": instalment.id}


def _entry(live: Campaign, state: EntryState, **given: Any) -> BankEntry:
    entry = BankEntry(
        organisation_id=live.organisation_id,
        fingerprint=crypto.digest(crypto.token()),
        booked_on=clock.today(),
        amount=50_00,
        currency="EUR",
        payer=CANARIES["payer"],
        remittance=CANARIES["remittance"],
        state=state,
        **given,
    )
    db.session.add(entry)
    return entry


def _cases(organisation_id: int) -> dict[str, Any]:
    def make(whose: int | None) -> PaymentCase:
        note, key = CANARIES["case's note"], crypto.token()
        case = PaymentCase(organisation_id=whose, kind=CaseKind.KEY_REUSED, key=key, amount=5_00, currency="EUR")
        case.note = note
        db.session.add(case)
        return case

    case, unclaimed = make(organisation_id), make(None)
    pool = ledger.account(f"pool:{organisation_id}:EUR", "EUR")
    ledger.move(
        Money(50_00, "EUR"), source=ledger.account("world", "EUR"), target=pool, cause=("payment", "to the pool")
    )
    school_id = db.session.scalars(
        sa.select(Organisation.id).where(Organisation.kind == OrganisationKind.SCHOOL).limit(1)
    ).one()
    owed = ledger.account(f"debt:{organisation_id}:school:{school_id}:EUR", "EUR")
    ledger.move(Money(90_00, "EUR"), source=owed, target=ledger.account("world", "EUR"), cause=("dispute_debt", "owed"))
    db.session.flush()
    return {"pool": pool.id, "owed": owed.id, "case": case.id, "unclaimed": unclaimed.id}


def _to_schools(get: Callable[[str], Any], live: Campaign, users: dict[str, User]) -> dict[str, Any]:
    lines = sa.select(BudgetLine).where(BudgetLine.campaign_id == live.id).order_by(BudgetLine.id)
    line = db.session.scalars(lines).first()
    assert line is not None

    def propose() -> Disbursement:
        amounts, note = {line.id: Money(60_00, "EUR")}, CANARIES["payment's note"]
        made = disbursements.propose(live, amounts, note=note, once=crypto.token(), by=users["tess"])
        db.session.flush()
        return made

    other = Organisation(kind=OrganisationKind.SCHOOL, slug="another", name="Another School", country="KE")
    db.session.add(other)
    db.session.flush()
    alone = {"seconded_by_id": None, "seconded_at": None, "confirmed_by_id": users["tomas"].id}
    used = pay_at(live, school_id=other.id, **alone)
    pay_at(live)
    proven, released, proposed, ordered, approved = (propose() for _ in range(5))
    for each in (proven, released):
        reference = CANARIES["bank's reference"]
        disbursements.release(each, bank_reference=reference, paid_on=clock.today(), by=users["amina"])
    receipt = {"school_receipt": CANARIES["school's receipt"], "receipt_on": clock.today()}
    disbursements.prove(proven, data=PDF, **receipt, by=users["tomas"])
    differing = _answered(get, users)
    for each in (ordered, approved):
        disbursements.approve(each, by=users["amina"])
    community = db.session.get_one(Community, live.organisation_id)
    batch = disbursements.make_batch(community, [ordered.ref], clock.today(), once="batch", by=users["tomas"])
    db.session.flush()
    _vetted(live, users["vivian"])
    document = db.session.get_one(File, proven.proof_id)
    return {"proposed": proposed.ref, "released": released.ref, "proven": proven.ref, "line": line.id,
            "document": document.ref, "used_account": used.id, "differs": differing.ref,
            "ordered": ordered.ref, "approved_payment": approved.ref, "batch": batch.ref,
            "by_stripe": _by_stripe(get, users).ref,
            "receipt_link": links.issue(LINK, released.id, lasts=timedelta(days=1))}  # fmt: skip


def _by_stripe(get: Callable[[str], Any], users: dict[str, User]) -> Disbursement:
    """A proposal of a campaign of its own, to a school that Stripe pays."""
    campaign = get("a_campaign")(CampaignState.REPORTING, slug="by-stripe", alias="Grey Crane")
    receive(campaign, 100_00)
    school = Organisation(kind=OrganisationKind.SCHOOL, slug="by-stripe", name="Lakeside School", country="KE")
    db.session.add(school)
    db.session.flush()
    line = db.session.scalars(sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign.id).limit(1)).one()
    line.school_id = school.id
    pay_at(campaign, iban=None, provider_ref="acct_CANARY")
    return disbursements.propose(campaign, {line.id: Money(100_00, "EUR")}, once=crypto.token(), by=users["tess"])


def _answered(get: Callable[[str], Any], users: dict[str, User]) -> Disbursement:
    """A payment of a campaign of its own, about which the school says that less arrived."""
    campaign = get("a_campaign")(CampaignState.REPORTING, slug="receipted", alias="Red Owl")
    receive(campaign, 100_00)
    line = db.session.scalars(sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign.id).limit(1)).one()
    made = disbursements.propose(campaign, {line.id: Money(100_00, "EUR")}, once=crypto.token(), by=users["tess"])
    disbursements.release(made, bank_reference="TRX 9", paid_on=clock.today(), by=users["amina"])
    token = links.issue(LINK, made.id, lasts=timedelta(days=1))
    enrolled = {each.application_id: True for each in disbursements.students(made)}
    who = (CANARIES["receipt's officer"], CANARIES["receipt's position"])
    said = disbursements.Received(1, clock.today(), CANARIES["school's receipt"], *who, enrolled=enrolled)
    disbursements.confirm(token, said)
    return made


def _vetted(live: Campaign, voter: User) -> None:
    from campaigns.campaign.queries import applications_of
    from campaigns.student.models import Decision
    from campaigns.student.states import Reason, Verdict

    for application in db.session.scalars(applications_of(live.id)):
        decision = Decision(application_id=application.id, voter_id=voter.id, voter_email=voter.email_canonical)
        decision.verdict, decision.reason = Verdict.APPROVE, Reason.SCHOOL_CONFIRMED
        db.session.add(decision)


def _files(live: Campaign, users: dict[str, User]) -> dict[str, Any]:
    organisation = db.session.get_one(Organisation, live.organisation_id)
    cover = files.keep_image(a_photo(), organisation_id=organisation.id, by=users["sara"])
    hidden = files.keep_image(a_photo("PNG", (320, 180)), organisation_id=organisation.id, by=users["sara"])
    files.publish(cover)
    live.concerns_minor = False  # while the row is made; two have approved it in the end
    live.cover, live.cover_alt = cover, "A desk with books"
    approve_campaign(live)
    live.concerns_minor = True
    db.session.flush()
    return {"cover": cover.ref, "image": hidden.ref}
