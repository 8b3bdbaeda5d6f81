"""A sponsor, a student who agreed to hear from sponsors, and a conversation between them."""

from collections.abc import Callable

import pytest

from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import crypto, db
from campaigns.message import rules
from campaigns.message.models import Message, Thread
from campaigns.message.states import Side
from campaigns.pledge.models import Pledge
from campaigns.student.models import Application, Need
from campaigns.student.states import Purpose, Stage
from tests.cast.consent import agree


@pytest.fixture
def campaign(a_campaign: Callable[..., Campaign]) -> Campaign:
    made = a_campaign()
    agree(student_of(made), Purpose.SHARE_WITH_SPONSOR)
    return made


def student_of(campaign: Campaign) -> Application:
    return db.session.scalars(campaigns.applications_of(campaign.id)).first()


@pytest.fixture
def student(campaign: Campaign) -> Application:
    return student_of(campaign)


@pytest.fixture
def pledge(campaign: Campaign, a_pledge: Callable[..., Pledge]) -> Pledge:
    return a_pledge(campaign, 50_00)


@pytest.fixture
def thread(pledge: Pledge) -> Thread:
    made = rules.begin(pledge)
    db.session.commit()
    return made


@pytest.fixture
def write(thread: Thread) -> Callable[..., Message]:
    """`write("Hello")` by the sponsor, to the student."""

    def make(text: str = "How was the term?", sender: Side = Side.SPONSOR, **given: object) -> Message:
        made = rules.write(thread, text, sender=sender, **({"once": crypto.token()} | given))
        db.session.commit()
        return made

    return make


@pytest.fixture
def deliver(write: Callable[..., Message], safiya: object) -> Callable[..., Message]:
    """The same, passed on by Safiya."""

    def make(text: str = "How was the term?", sender: Side = Side.SPONSOR) -> Message:
        made = write(text, sender)
        rules.approve(made, seen=crypto.digest(made.shown), by=safiya)
        db.session.commit()
        return made

    return make


@pytest.fixture
def a_group(
    a_campaign: Callable[..., Campaign], an_application: Callable[..., Application], school: object
) -> Callable[..., Campaign]:
    """A campaign for two students who agreed to hear from sponsors."""

    def make() -> Campaign:
        made = a_campaign(title="A cohort", slug="cohort")
        other = an_application(Stage.SUPPORTED, alias="Copper Kite")
        need = db.session.query(Need).filter_by(application_id=other.id).first()
        line = BudgetLine(campaign_id=made.id, need_id=need.id, school_id=school.id, alias=other.alias)
        line.label, line.kind, line.term = need.label, need.kind.value, need.term
        line.amount, line.currency = need.amount, need.currency
        db.session.add(line)
        for each in db.session.scalars(campaigns.applications_of(made.id)):
            agree(each, Purpose.SHARE_WITH_SPONSOR)
        return made

    return make
