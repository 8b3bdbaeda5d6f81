"""Support reaches its end: coded words for everybody, the student's own for sponsors, once an officer has read them."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.departure import rules
from campaigns.departure.rules.report import Reported
from campaigns.kit import clock, db, links
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.notice.models import Notice
from campaigns.student.models import Application, Document, Outcome
from campaigns.student.rules import Reached, approve_outcome
from campaigns.student.states import ConsentEvent, OutcomeKind, Purpose, Stage
from tests.cast.consent import consent_step
from tests.departure.conftest import student_of
from tests.disbursement.helpers import PDF

WORDS = "Canary words: I passed, thank you."


@pytest.fixture
def completed(a_campaign, a_pledge, victor):
    campaign = a_campaign()
    pledge = a_pledge(campaign, 20_000)
    reached = Reached(OutcomeKind.COMPLETED_YEAR, clock.today(), WORDS, school_confirmed=True, proof=PDF)
    outcome = rules.complete(student_of(campaign), reached, by=victor)
    db.session.commit()
    return campaign, pledge, outcome


def own_page(client, pledge):
    return client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text


def test_the_chain_ends_with_it_in_coded_words_and_the_month(client, completed):
    campaign, _, outcome = completed
    page = client.get(f"/c/{campaign.slug}").text
    assert "Completed the year" in page
    assert f"{outcome.reached_on:%B %Y}" in page
    assert "Canary words" not in page
    assert db.session.get(Application, outcome.application_id).stage is Stage.COMPLETED
    assert db.session.query(Document).filter_by(application_id=outcome.application_id).count() == 1


def test_a_kept_page_shows_it_at_the_next_request(client, a_campaign, a_pledge, victor):
    campaign = a_campaign()
    a_pledge(campaign, 20_000)
    assert "Graduated" not in client.get(f"/c/{campaign.slug}").text
    rules.complete(student_of(campaign), Reached(OutcomeKind.GRADUATED, clock.today()), by=victor)
    db.session.commit()
    assert "Graduated" in client.get(f"/c/{campaign.slug}").text


def test_sponsors_are_told_in_the_same_words(completed):
    letter = db.session.query(Notice).filter(Notice.key.startswith("departure.completed")).one()
    assert "Completed the year" in letter.subject
    assert "Canary" not in letter.text + letter.html
    assert "Amber Heron" not in letter.text + letter.html


def test_the_students_words_wait_for_an_officer_and_for_consent(client, completed, safiya):
    _, pledge, outcome = completed
    consent_step(db.session.get(Application, outcome.application_id), Purpose.SHARE_WITH_SPONSOR, ConsentEvent.CHECKED)
    assert "Canary words" not in own_page(client, pledge)
    approve_outcome(outcome, by=safiya)
    db.session.commit()
    assert "Canary words" in own_page(client, pledge)
    consent_step(
        db.session.get(Application, outcome.application_id), Purpose.SHARE_WITH_SPONSOR, ConsentEvent.WITHDRAWN
    )
    assert "Canary words" not in own_page(client, pledge)


def test_only_an_officer_approves_them(completed, vera):
    with pytest.raises(NotAllowed):
        approve_outcome(completed[2], by=vera)


@pytest.mark.both_databases
def test_who_took_them_down_does_not_approve_them(a_campaign, safiya):
    application = student_of(a_campaign())
    outcome = rules.complete(application, Reached(OutcomeKind.OTHER, clock.today(), WORDS), by=safiya)
    with pytest.raises(NotAllowed):
        approve_outcome(outcome, by=safiya)
    db.session.commit()
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.execute(sa.update(Outcome).values(approved_by_id=safiya.id, approved_at=clock.now()))
    db.session.rollback()


def test_only_a_supported_student_completes(an_application, victor):
    with pytest.raises(IllegalMove):
        rules.complete(an_application(Stage.APPROVED), Reached(OutcomeKind.OTHER, clock.today()), by=victor)


def test_not_while_the_student_is_said_to_leave(a_campaign, a_departure, vera):
    application = student_of(a_campaign())
    a_departure(application, confirmed=False)
    with pytest.raises(Reported):
        rules.complete(application, Reached(OutcomeKind.OTHER, clock.today()), by=vera)
