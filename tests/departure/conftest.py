"""A campaign for several students whose sponsors have paid, and what follows when one of them leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.cli.check import problems
from campaigns.community.models import Community
from campaigns.departure import rules
from campaigns.departure.models import Departure, Share
from campaigns.departure.rules import Told
from campaigns.departure.states import DepartureKind
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.money import Money
from campaigns.payment.rules.receive import receive
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import UNPAID
from campaigns.student.models import Application, Need
from campaigns.student.states import Stage
from tests.cast.approvals import approve_campaign

ALIASES = ("Amber Heron", "Copper Kite", "Quiet Oriole", "River Plover", "Silver Wren", "Early Swift")


@pytest.fixture
def a_group(lantern: Community, amina: User, school: Organisation, an_application: Callable[..., Application]) -> Any:
    """Make a live campaign for several students: `a_group([("Tuition", 90_000)], [("Books", 5_000)])`."""

    def make(*students: list[tuple[str, int]], state: CampaignState = CampaignState.LIVE, slug: str = "") -> Campaign:
        applications = [
            an_application(Stage.SUPPORTED, needs=needs, alias=ALIASES[i] if i < len(ALIASES) else f"Bird {i}")
            for i, needs in enumerate(students)
        ]
        needs = [need for each in applications for need in needs_of(each)]
        campaign = Campaign(
            slug=slug or f"group-{refs.random_ref(6).lower()}",
            organisation_id=lantern.id,
            author_id=amina.id,
            state=CampaignState.DRAFT,
            title="Form 3 for a class",
            summary="Fees and books for a group.",
            story="They were admitted together.",
            story_html="<p>They were admitted together.</p>",
            country="KE",
            deadline=clock.today() + timedelta(days=60),
            currency="EUR",
            published_at=clock.now(),
            asked=sum(need.amount for need in needs),
        )
        db.session.add(campaign)
        db.session.flush()
        aliases = {each.id: each.alias for each in applications}
        for need in needs:
            said = {"label": f"{need.label} of the student", "kind": need.kind.value, "term": need.term}
            line = BudgetLine(campaign_id=campaign.id, need_id=need.id, school_id=school.id, currency="EUR", **said)
            line.alias, line.amount = aliases[need.application_id], need.amount
            db.session.add(line)
        approve_campaign(campaign)
        campaign.state = state
        db.session.commit()
        return campaign

    return make


def needs_of(application: Application) -> list[Need]:
    return list(db.session.scalars(sa.select(Need).where(Need.application_id == application.id).order_by(Need.id)))


def student_of(campaign: Campaign, number: int = 0) -> Application:
    """The first student of a campaign, or another one."""
    theirs = (
        sa.select(Application)
        .join(Need, Need.application_id == Application.id)
        .join(BudgetLine, BudgetLine.need_id == Need.id)
        .where(BudgetLine.campaign_id == campaign.id)
        .distinct()
        .order_by(Application.id)
    )
    return list(db.session.scalars(theirs))[number]


def lines_of(campaign: Campaign) -> list[BudgetLine]:
    select = sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign.id).order_by(BudgetLine.id)
    return list(db.session.scalars(select.execution_options(populate_existing=True)))


def pay(pledge: Pledge, amount: int, by: User) -> None:
    """Let a sponsor pay so much (minor units) by bank transfer."""
    due = sa.select(Instalment).where(Instalment.pledge_id == pledge.id, Instalment.state.in_(UNPAID))
    instalment = db.session.scalars(due.order_by(Instalment.number)).first()
    source, cause = f"bank:{pledge.organisation_id}:EUR", ("payment", f"own:{pledge.organisation_id}:{crypto.token()}")
    receive(instalment, Money(amount, "EUR"), source=source, cause=cause, by=by)
    db.session.commit()


@pytest.fixture
def other_school(app: object) -> Organisation:
    found = Organisation(kind=OrganisationKind.SCHOOL, slug="lakeside", name="Lakeside College", country="KE")
    db.session.add(found)
    db.session.commit()
    return found


@pytest.fixture
def a_departure(victor: User, vera: User) -> Callable[..., Departure]:
    """A student leaves: reported by Victor and, unless told otherwise, confirmed by Vera."""

    def make(
        application: Application,
        kind: DepartureKind = DepartureKind.LEFT_SCHOOL,
        *,
        school: Organisation | None = None,
        confirmed: bool = True,
    ) -> Departure:
        told = Told(kind, clock.today(), "Canary note", school.id if school else None)
        departure = rules.report(application, told, by=victor)
        db.session.commit()
        if confirmed:
            rules.confirm(departure, by=vera)
            db.session.commit()
        return departure

    return make


def shares_of(departure: Departure) -> list[Share]:
    select = sa.select(Share).where(Share.departure_id == departure.id).order_by(Share.id)
    return list(db.session.scalars(select.execution_options(populate_existing=True)))


@pytest.fixture
def in_order(app: object) -> Any:
    """Everything that is kept is true: the book, figures, pledges, lines."""

    def check() -> None:
        db.session.commit()
        assert problems() == []

    return check
