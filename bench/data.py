"""A large database, made quickly: campaigns, and as many pledges for the first of them as asked for."""

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account import passwords
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, db, refs, text
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import InstalmentState, Method, PledgeStatus
from campaigns.student.models import Application, Consent, Need
from campaigns.student.states import ConsentEvent, NeedKind, Purpose, Stage

STORY = "Amber Heron is the first of five to reach *secondary school*, and wants to be a nurse.\n\n" * 12
BATCH = 5_000
GOAL = 10**11  # never fully pledged


def fill(campaigns: int, *pledges: int) -> list[str]:
    """Fill an empty database; the first campaigns get so many pledges. Gives the campaigns' slugs."""
    with db.transaction():
        community, school, author = _people()
        ids = [_campaign(community, school, author, number) for number in range(campaigns)]
    for campaign_id, count in zip(ids, pledges, strict=False):
        _pledges(campaign_id, count, community.id)
    with db.transaction():
        db.session.execute(sa.text("ANALYZE"))
    return [f"bench-{number}" for number in range(campaigns)]


def _people() -> tuple[Organisation, Organisation, User]:
    community = Organisation(kind=OrganisationKind.COMMUNITY, slug="bench", name="Bench", country="KE")
    school = Organisation(kind=OrganisationKind.SCHOOL, slug="bench-school", name="Bench School", country="KE")
    db.session.add(Community(organisation=community, kind=CommunityKind.ADVOCATE, payee="Bench", currency="EUR"))
    author = User(
        email="bench@example.org",
        email_canonical="bench@example.org",
        name="Bench",
        password_hash=passwords.hash_password(secrets.token_hex()),
        email_confirmed_at=clock.now(),
    )
    db.session.add_all([school, author])
    db.session.flush()
    return community, school, author


def _campaign(community: Organisation, school: Organisation, author: User, number: int) -> int:
    application = Application(
        ref=refs.random_ref(),
        code_hash=secrets.token_hex(32),
        organisation_id=community.id,
        school_id=school.id,
        stage=Stage.SUPPORTED,
        alias="Amber Heron",
        country="KE",
        is_minor=True,
        submitted_at=clock.now(),
    )
    db.session.add(application)
    db.session.flush()
    db.session.add_all(consents(application.id))
    campaign = Campaign(
        slug=f"bench-{number}",
        organisation_id=community.id,
        author_id=author.id,
        state=CampaignState.LIVE,
        concerns_minor=False,  # nothing is measured of approvals here
        title=f"A nurse for Western Kenya, number {number}",
        summary="Two terms of fees and books for a student who wants to be a nurse.",
        story=STORY,
        story_html=str(text.markdown(STORY)),
        country="KE",
        level="Secondary, year 3",
        deadline=clock.today() + timedelta(days=60),
        currency="EUR",
        published_at=clock.now() - timedelta(minutes=number),
        asked=GOAL,
    )
    db.session.add(campaign)
    db.session.flush()
    for label in ("Tuition", "Books", "Transport", "Uniform"):
        need = Need(
            application_id=application.id,
            kind=NeedKind.TUITION,
            label=label,
            term="Term 1, 2027",
            amount=GOAL // 4,
            currency="EUR",
        )
        db.session.add(need)
        db.session.flush()
        db.session.add(_line(campaign, need, school))
    return campaign.id


def consents(application_id: int, *, by_guardian: bool = True) -> list[Consent]:
    """Consent to telling the story in public, given and checked."""
    return [
        Consent(
            application_id=application_id,
            purpose=Purpose.PUBLISH_TEXT,
            event=event,
            by_guardian=by_guardian,
            giver_name="A guardian",
            relation="mother",
            wording="I agree.",
            wording_hash="0" * 64,
            expires_at=clock.now() + timedelta(days=360),
        )
        for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED)
    ]


def _line(campaign: Campaign, need: Need, school: Organisation) -> BudgetLine:
    return BudgetLine(
        campaign_id=campaign.id,
        need_id=need.id,
        school_id=school.id,
        alias="Amber Heron",
        label=need.label,
        kind=need.kind.value,
        term=need.term,
        amount=need.amount,
        currency=need.currency,
    )


def _pledges(campaign_id: int, count: int, organisation_id: int) -> None:
    first = (db.session.scalar(sa.select(sa.func.max(Pledge.id))) or 0) + 1
    lines = sa.select(sa.func.min(BudgetLine.id)).where(BudgetLine.campaign_id == campaign_id)
    line_id = db.session.scalars(lines).one()
    for start in range(0, count, BATCH):
        numbers = range(first + start, first + min(start + BATCH, count))
        with db.transaction():
            db.session.execute(sa.insert(Pledge), [_pledge(n, campaign_id, organisation_id) for n in numbers])
            db.session.execute(sa.insert(Instalment), [_instalment(n) for n in numbers])
            db.session.execute(
                sa.insert(Allocation), [{"pledge_id": n, "line_id": line_id, "amount": 50_00} for n in numbers]
            )
    with db.transaction():
        total = count * 50_00
        change = sa.update(Campaign).where(Campaign.id == campaign_id)
        db.session.execute(change.values(pledged=Campaign.pledged + total, sponsor_count=count))
        db.session.execute(
            sa.update(BudgetLine).where(BudgetLine.id == line_id).values(pledged=BudgetLine.pledged + total)
        )


def _pledge(number: int, campaign_id: int, organisation_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "ref": f"B{number}",
        "once": f"bench-{number}",
        "organisation_id": organisation_id,
        "campaign_id": campaign_id,
        "status": PledgeStatus.CONFIRMED,
        "amount": 50_00,
        "currency": "EUR",
        "name": f"Sponsor {number}",
        "email": f"sponsor{number}@example.org",
        "method": Method.BANK_TRANSFER,
        "show_name": bool(number % 2),
        "confirmed_at": clock.now() - timedelta(seconds=number),
    }


def _instalment(number: int) -> dict[str, Any]:
    return {
        "pledge_id": number,
        "number": 1,
        "reference": f"RF{number:018}",
        "amount": 50_00,
        "currency": "EUR",
        "due_on": clock.today() + timedelta(days=14),
        "state": InstalmentState.DUE,
    }
