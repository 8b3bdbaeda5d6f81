from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.student import queries as students
from campaigns.student.states import ConsentEvent, Purpose

GIVEN, CHECKED, WITHDRAWN = ConsentEvent.GIVEN, ConsentEvent.CHECKED, ConsentEvent.WITHDRAWN
TRAILS = {
    "never asked": ([], False),
    "given only": ([GIVEN], False),
    "checked": ([GIVEN, CHECKED], True),
    "withdrawn": ([GIVEN, CHECKED, WITHDRAWN], False),
    "given again, not checked": ([GIVEN, CHECKED, WITHDRAWN, GIVEN], False),
    "given and checked again": ([GIVEN, CHECKED, WITHDRAWN, GIVEN, CHECKED], True),
    "renewed, renewal not checked": ([GIVEN, CHECKED, GIVEN], True),
}


def lapsed(campaign, purpose=Purpose.PUBLISH_IMAGE):
    return db.session.scalars(sa.select(queries.lapsed(purpose)).where(Campaign.id == campaign.id)).one()


@pytest.mark.both_databases
@pytest.mark.parametrize(("trail", "holds"), TRAILS.values(), ids=TRAILS)
def test_what_holds_for_a_student_holds_for_the_campaign(a_draft, amber, consent, trail, holds):
    campaign = a_draft()
    for event in trail:
        consent(amber, event, Purpose.PUBLISH_IMAGE)
    held = db.session.scalars(students.has_consent([amber.id], Purpose.PUBLISH_IMAGE)).all()
    assert (held == [amber.id]) is holds
    assert lapsed(campaign) is not holds


def test_consent_runs_out(a_draft, amber, consent):
    campaign = a_draft()
    consent(amber, CHECKED, Purpose.PUBLISH_IMAGE, days=10)
    assert not lapsed(campaign)
    with clock.at(clock.now() + timedelta(days=11)):
        assert lapsed(campaign)


def test_one_student_of_several_is_enough_to_hide_it(a_campaign, an_application, lantern, consent):
    campaign = a_campaign()
    other = an_application(alias="Quiet River", needs=[("Tuition", 100)])
    moved = "UPDATE budget_line SET need_id = (SELECT max(id) FROM need) WHERE id = (SELECT max(id) FROM budget_line)"
    db.session.execute(sa.text(moved))
    assert not lapsed(campaign, Purpose.PUBLISH_TEXT)
    consent(other, WITHDRAWN)
    assert lapsed(campaign, Purpose.PUBLISH_TEXT)
