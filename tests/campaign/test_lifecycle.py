from datetime import timedelta
from itertools import product

import pytest

from campaigns.account.states import Role
from campaigns.campaign import jobs
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures, lifecycle
from campaigns.campaign.rules.consent import ConsentMissing
from campaigns.campaign.rules.lifecycle import HasSponsors, MoneyUnderway
from campaigns.campaign.rules.write import BadDeadline
from campaigns.campaign.states import MOVES, CampaignState
from campaigns.kit import clock, db, queue, storage
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.student.states import ConsentEvent, Purpose
from tests.campaign.conftest import again
from tests.cast.pictures import a_photo

ABSENT = [(a, b) for a, b in product(CampaignState, CampaignState) if b not in MOVES.get(a, set())]
PRESENT = [(a, b) for a, targets in MOVES.items() for b in sorted(targets)]


@pytest.mark.parametrize(("current", "target"), ABSENT)
def test_there_is_no_way(current, target):
    campaign = Campaign(state=current)
    with pytest.raises(IllegalMove):
        campaign.move_to(target)
    assert campaign.state is current


@pytest.mark.parametrize(("current", "target"), PRESENT)
def test_there_is_a_way(current, target):
    campaign = Campaign(state=current)
    campaign.move_to(target)
    assert campaign.state is target


STEPS = {
    lifecycle.pause: (CampaignState.LIVE, CampaignState.PAUSED),
    lifecycle.resume: (CampaignState.PAUSED, CampaignState.LIVE),
    lifecycle.close_short: (CampaignState.LIVE, CampaignState.CLOSED_SHORT),
    lifecycle.cancel: (CampaignState.LIVE, CampaignState.CANCELLED),
    lifecycle.finish: (CampaignState.REPORTING, CampaignState.CLOSED),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("rule", STEPS)
def test_an_organiser_moves_it_on(a_campaign, amina, rule):
    before, after = STEPS[rule]
    campaign = a_campaign(before)
    version = campaign.version
    rule(campaign, by=amina)
    db.session.commit()
    assert campaign.state is after
    assert campaign.version > version


@pytest.mark.parametrize("rule", STEPS)
@pytest.mark.parametrize("name", ["otto", "rita", "victor", "tomas", "mo", "ada"])
def test_outsiders_and_others_do_not(request, a_campaign, rule, name):
    campaign = a_campaign(STEPS[rule][0])
    with pytest.raises(NotAllowed):
        rule(campaign, by=request.getfixturevalue(name))


@pytest.mark.parametrize("rule", [lifecycle.close_short, lifecycle.cancel, lifecycle.finish])
def test_a_plain_member_does_not_end_it(a_campaign, marta, rule):
    with pytest.raises(NotAllowed):
        rule(a_campaign(STEPS[rule][0]), by=marta)


def test_a_safeguarding_officer_may_pause_it(a_campaign, safiya):
    campaign = a_campaign()
    lifecycle.pause(campaign, by=safiya)
    assert campaign.state is CampaignState.PAUSED
    with pytest.raises(NotAllowed):
        lifecycle.resume(campaign, by=safiya)


def test_it_does_not_resume_without_consent(a_live_one, amber, amina, consent):
    campaign = a_live_one()
    lifecycle.pause(campaign, by=amina)
    consent(amber, ConsentEvent.WITHDRAWN)
    with pytest.raises(ConsentMissing):
        lifecycle.resume(campaign, by=amina)


def test_it_does_not_resume_after_its_last_day(a_campaign, amina):
    campaign = a_campaign(CampaignState.PAUSED)
    campaign.deadline = clock.today()
    with pytest.raises(BadDeadline):
        lifecycle.resume(campaign, by=amina)


def test_it_is_not_cancelled_once_somebody_has_pledged(a_campaign, a_pledge, amina):
    campaign = a_campaign()
    a_pledge(campaign, 5_00)
    with pytest.raises(HasSponsors):
        lifecycle.cancel(campaign, by=amina)
    assert campaign.state is CampaignState.LIVE


def test_closing_early_frees_what_nobody_pledged_for(a_campaign, a_pledge, amina):
    campaign = a_campaign()
    a_pledge(campaign, 90_000)
    lifecycle.close_short(campaign, by=amina)
    db.session.commit()
    tuition, books = again(campaign).lines
    assert (tuition.pledged, tuition.released_at) == (90_000, None)
    assert books.released_at is not None


def test_the_book_is_not_closed_while_money_is_underway(a_campaign, a_pledge, amina):
    campaign = a_campaign(CampaignState.REPORTING)
    a_pledge(campaign, 500_00)
    figures.add(campaign.id, received=500_00)
    for change in ({}, {"disbursed": 400_00}, {"disbursed": 100_00, "proven": 499_99}):
        figures.add(campaign.id, **change)
        with pytest.raises(MoneyUnderway):
            lifecycle.finish(campaign, by=amina)
    figures.add(campaign.id, proven=1)
    lifecycle.finish(campaign, by=amina)
    assert campaign.state is CampaignState.CLOSED


GOAL, OVER, AHEAD = 102_550, -1, 10
BECOMES = [
    (CampaignState.LIVE, AHEAD, GOAL, 0, CampaignState.FUNDED),
    (CampaignState.LIVE, AHEAD, GOAL - 1, 0, CampaignState.LIVE),
    (CampaignState.LIVE, OVER, GOAL - 1, 0, CampaignState.CLOSED_SHORT),
    (CampaignState.LIVE, OVER, GOAL, 0, CampaignState.FUNDED),
    (CampaignState.PAUSED, OVER, 0, 0, CampaignState.CLOSED_SHORT),
    (CampaignState.PAUSED, AHEAD, GOAL, 0, CampaignState.PAUSED),
    (CampaignState.FUNDED, AHEAD, GOAL - 1, 0, CampaignState.LIVE),
    (CampaignState.FUNDED, AHEAD, GOAL, GOAL - 1, CampaignState.FUNDED),
    (CampaignState.FUNDED, AHEAD, GOAL, GOAL, CampaignState.REPORTING),
    (CampaignState.FUNDED, OVER, GOAL, 1, CampaignState.SETTLING),
    (CampaignState.FUNDED, OVER, GOAL - 1, 1, CampaignState.SETTLING),
    (CampaignState.CLOSED_SHORT, OVER, 100, 99, CampaignState.SETTLING),
    (CampaignState.CLOSED_SHORT, OVER, 100, 100, CampaignState.REPORTING),
    (CampaignState.CLOSED_SHORT, OVER, 0, 0, CampaignState.CLOSED_SHORT),
    (CampaignState.SETTLING, OVER, 100, 99, CampaignState.SETTLING),
    (CampaignState.SETTLING, OVER, 100, 100, CampaignState.REPORTING),
    (CampaignState.REPORTING, OVER, 100, 100, CampaignState.REPORTING),
    (CampaignState.DRAFT, OVER, 0, 0, CampaignState.DRAFT),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("state", "days", "pledged", "received", "then"), BECOMES)
def test_the_sweep_brings_the_state_in_line_with_deadline_and_figures(a_campaign, state, days, pledged, received, then):
    campaign = a_campaign(state)
    campaign.deadline = clock.today() + timedelta(days=days)
    campaign.pledged, campaign.received = pledged, received
    db.session.commit()
    jobs.take_due_steps()
    assert again(campaign).state is then


def test_the_last_day_still_counts(a_campaign):
    campaign = a_campaign()
    campaign.deadline = clock.today()
    db.session.commit()
    jobs.take_due_steps()
    assert again(campaign).state is CampaignState.LIVE


def test_sweeping_twice_changes_nothing_more(a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, GOAL)
    queue.run_all()
    version = again(campaign).version
    queue.run_all()
    assert again(campaign).version == version


def test_withdrawn_consent_stops_pledges(a_live_one, amber, consent):
    campaign = a_live_one()
    consent(amber, ConsentEvent.WITHDRAWN)
    queue.run_all()
    assert again(campaign).state is CampaignState.PAUSED


def test_withdrawn_consent_to_a_picture_destroys_it(a_live_one, amber, consent):
    consent(amber, ConsentEvent.CHECKED, Purpose.PUBLISH_IMAGE)
    campaign = a_live_one(picture=a_photo(), cover_alt="A student reading")
    key, version = campaign.cover.key, campaign.version
    queue.run_all()
    assert storage.current().exists(key)
    consent(amber, ConsentEvent.WITHDRAWN, Purpose.PUBLISH_IMAGE)
    queue.run_all()
    campaign = again(campaign)
    assert (campaign.cover, campaign.cover_alt) == (None, "")
    assert campaign.state is CampaignState.LIVE
    assert campaign.version > version
    assert not storage.current().exists(key)


def test_a_picture_without_students_stays(a_live_one, amber, consent):
    campaign = a_live_one(picture=a_photo(), cover_alt="Desks", cover_shows_student=False)
    consent(amber, ConsentEvent.WITHDRAWN, Purpose.PUBLISH_IMAGE)
    queue.run_all()
    assert again(campaign).cover is not None


def test_the_first_time_a_figure_rises_is_kept(a_campaign):
    campaign = a_campaign()
    begin = clock.now()
    with clock.at(begin):
        figures.add(campaign.id, pledged=100)
    with clock.at(begin + timedelta(days=3)):
        figures.add(campaign.id, pledged=100, received=50)
        figures.add(campaign.id, received=-50)
    campaign = again(campaign)
    assert campaign.pledged_at == begin
    assert campaign.received_at == begin + timedelta(days=3)
    assert campaign.disbursed_at is None


def test_an_organiser_of_both_communities_moves_only_what_is_theirs(a_user, a_campaign, harbour):
    oda = a_user("Oda", (Role.ORGANISER, harbour))
    with pytest.raises(NotAllowed):
        lifecycle.pause(a_campaign(), by=oda)
