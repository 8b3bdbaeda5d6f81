"""A sponsor's own trace, on the pledge's page: line, payment to the school, its receipt, what came of it."""

import hashlib
from datetime import date

import pytest
import sqlalchemy as sa

from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db, links
from campaigns.student.models import Application, Outcome
from campaigns.student.states import ConsentEvent, OutcomeKind, Purpose
from tests.cast.consent import add_consent
from tests.site.conftest import RECEIPT


def page_of(client, pledge):
    return client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def pledge(campaign, a_pledge, pay):
    made = a_pledge(campaign, 500_00)
    pay(made)
    return made


def test_before_anything_is_sent_every_step_is_still_to_come(client, pledge):
    page = page_of(client, pledge)
    assert 'Your part <bdi class="money">€500.00</bdi> of <bdi class="money">€900.00</bdi>' in page
    assert page.count("Not yet") >= 2


@pytest.mark.both_databases
def test_each_step_is_dated_and_leads_to_the_public_ledger(client, campaign, pledge, send):
    sent = send(campaign, 300_00)
    page = page_of(client, pledge)
    assert f"Payment {sent.ref}" in page
    assert f"/c/{campaign.slug}/ledger?before=" in page
    assert "The school&#39;s receipt" in page
    assert hashlib.sha256(RECEIPT).hexdigest()[:16] in page
    assert page.count(f'<time datetime="{sent.paid_on.isoformat()}') >= 2


def test_a_receipt_that_is_awaited_is_in_progress(client, campaign, pledge, send):
    send(campaign, 300_00, proven=False)
    way = page_of(client, pledge).partition("Your part")[2]
    assert "In progress" in way.partition("What came of it")[0]


def _finished(campaign, safiya, amina):
    application = db.session.query(Application).one()
    outcome = Outcome(application_id=application.id, organisation_id=campaign.organisation_id)
    outcome.kind, outcome.reached_on, outcome.recorded_by_id = next(iter(OutcomeKind)), date(2027, 11, 23), amina.id
    db.session.add(outcome)
    return application


def test_what_came_of_it_stands_at_the_end_where_the_student_lets_sponsors_know(
    client, campaign, pledge, send, safiya, amina
):
    application = _finished(campaign, safiya, amina)
    for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
        how = "by telephone" if event is ConsentEvent.CHECKED else None
        add_consent(application, Purpose.SHARE_WITH_SPONSOR, event, by_guardian=True, checked_how=how)
    db.session.commit()
    way = page_of(client, pledge).partition("Your part")[2]
    assert "November 2027" in way
    assert "23 Nov" not in way


def test_without_that_consent_nothing_is_told_of_the_outcome(client, campaign, pledge, send, safiya, amina):
    _finished(campaign, safiya, amina)
    db.session.commit()
    assert "November 2027" not in page_of(client, pledge)


def test_another_pledges_line_is_not_traced_here(client, campaign, pledge, a_pledge, send):
    send(campaign, 300_00)
    other = a_pledge(campaign, 100_00)  # the rest of the tuition comes first, so it is of the same line
    last = a_pledge(campaign, 420_00)
    assert "Payment " in page_of(client, other)
    assert page_of(client, last).count("Your part <bdi") == 2


def test_a_payment_that_came_back_says_so(client, campaign, pledge, send):
    sent = send(campaign, 300_00, proven=False)
    db.session.execute(sa.update(Disbursement).values(state=DisbursementState.RETURNED, returned=300_00))
    db.session.commit()
    way = page_of(client, pledge).partition(f"Payment {sent.ref}")[2]
    assert "Came back from the school" in way.partition("What came of it")[0]


def test_a_school_that_confirms_without_a_file_is_believed(client, campaign, pledge, send):
    send(campaign, 300_00, proven=False)
    db.session.execute(sa.update(Disbursement).values(state=DisbursementState.PROVEN, agreed_at=clock.now()))
    db.session.commit()
    assert "Confirmed by the school" in page_of(client, pledge).partition("Your part")[2]
    assert "The school confirmed it on" in client.get(f"/c/{campaign.slug}/ledger").text
