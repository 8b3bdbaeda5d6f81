from datetime import timedelta

import pytest

from campaigns.campaign.rules import write
from campaigns.campaign.rules.words import AltMissing
from campaigns.campaign.rules.write import BadDeadline
from campaigns.campaign.states import REVISABLE, CampaignState
from campaigns.kit import clock, db, storage
from campaigns.kit.errors import IllegalMove, NotAllowed, Refused
from tests.campaign.conftest import again
from tests.cast.pictures import a_photo


def edit(campaign, said, by, *, deadline=None):
    write.edit(campaign, said, deadline or campaign.deadline, by=by)
    db.session.commit()
    return again(campaign)


def test_a_draft_is_changed_in_place(a_draft, say, marta):
    campaign = edit(a_draft(), say(title="Another title", story="Other *words*."), marta)
    assert campaign.title == "Another title"
    assert campaign.story_html == "<p>Other <em>words</em>.</p>\n"
    assert campaign.revision is None


def test_its_address_stays(a_draft, say, amina):
    campaign = a_draft()
    before = campaign.slug
    assert edit(campaign, say(title="Another title"), amina).slug == before


@pytest.mark.parametrize("name", ["victor", "safiya", "tomas", "otto", "rita", "mo"])
def test_who_may_not_write_may_not_edit(request, a_draft, say, name):
    with pytest.raises(NotAllowed):
        write.edit(a_draft(), say(), clock.today(), by=request.getfixturevalue(name))


@pytest.mark.parametrize("state", [CampaignState.IN_REVIEW, CampaignState.CLOSED, CampaignState.CANCELLED])
def test_what_is_reviewed_or_over_cannot_be_changed(a_live_one, say, amina, state):
    campaign = a_live_one()
    campaign.state = state
    with pytest.raises(IllegalMove):
        write.edit(campaign, say(title="Other"), campaign.deadline, by=amina)
    assert campaign.title == "A nurse for Western Kenya"


def test_the_public_words_of_a_live_campaign_wait_for_a_review(a_live_one, say, amina):
    campaign = edit(a_live_one(), say(title="Other", story="Other."), amina)
    assert campaign.title == "A nurse for Western Kenya"
    assert "Other" not in campaign.story_html
    assert (campaign.revision.title, campaign.revision.story) == ("Other", "Other.")
    assert campaign.revision.author_id == amina.id


@pytest.mark.parametrize("state", sorted(REVISABLE))
def test_changes_can_be_proposed_as_long_as_it_is_public(a_live_one, say, amina, state):
    campaign = a_live_one()
    campaign.state = state
    db.session.commit()
    assert edit(again(campaign), say(title="Other"), amina).revision.title == "Other"


def test_proposing_nothing_new_proposes_nothing(a_live_one, say, amina):
    assert edit(a_live_one(), say(), amina).revision is None


def test_changes_can_be_changed_again(a_live_one, say, amina, marta):
    campaign = edit(a_live_one(), say(title="Other"), amina)
    campaign.revision.returned_note = "Shorter."
    campaign = edit(campaign, say(title="Third"), marta)
    assert (campaign.revision.title, campaign.revision.author_id) == ("Third", marta.id)
    assert campaign.revision.returned_note is None


def test_the_last_day_of_a_live_campaign_moves_at_once(a_live_one, say, amina):
    campaign = a_live_one()
    version, later = campaign.version, campaign.deadline + timedelta(days=30)
    campaign = edit(campaign, say(), amina, deadline=later)
    assert campaign.deadline == later
    assert campaign.version > version
    assert campaign.revision is None


def test_the_last_day_cannot_move_into_the_past(a_live_one, say, amina):
    with pytest.raises(BadDeadline):
        write.edit(a_live_one(), say(), clock.today() - timedelta(days=1), by=amina)


def test_the_last_day_of_what_has_ended_stays(a_live_one, say, amina):
    campaign = a_live_one()
    campaign.state = CampaignState.FUNDED
    with pytest.raises(BadDeadline, match="has ended"):
        write.edit(campaign, say(), campaign.deadline + timedelta(days=1), by=amina)


def test_a_new_cover_destroys_the_one_before(a_draft, say, amina):
    campaign = a_draft(picture=a_photo(), cover_alt="Desks")
    before = campaign.cover.key
    campaign = edit(campaign, say(picture=a_photo("PNG"), cover_alt="Chairs"), amina)
    assert campaign.cover.key != before
    assert storage.current().exists(campaign.cover.key)
    assert not storage.current().exists(before)


def test_a_cover_can_be_taken_away(a_draft, say, amina):
    campaign = a_draft(picture=a_photo(), cover_alt="Desks")
    before = campaign.cover.key
    campaign = edit(campaign, say(drop_cover=True, cover_alt="Desks"), amina)
    assert (campaign.cover, campaign.cover_alt, campaign.cover_shows_student) == (None, "", False)
    assert not storage.current().exists(before)


def test_a_cover_that_stays_keeps_its_description(a_draft, say, amina):
    campaign = a_draft(picture=a_photo(), cover_alt="Desks")
    with pytest.raises(AltMissing):
        write.edit(campaign, say(cover_alt=""), campaign.deadline, by=amina)


def test_the_cover_of_a_live_campaign_stays_until_another_is_approved(a_live_one, say, amina):
    campaign = a_live_one(picture=a_photo(), cover_alt="Desks", cover_shows_student=False)
    before = campaign.cover.ref
    campaign = edit(campaign, say(picture=a_photo("PNG"), cover_alt="Chairs", cover_shows_student=False), amina)
    assert campaign.cover.ref == before
    assert campaign.revision.cover.ref != before


def test_a_proposed_cover_that_is_replaced_is_destroyed(a_live_one, say, amina):
    campaign = edit(a_live_one(), say(picture=a_photo(), cover_alt="Desks"), amina)
    before = campaign.revision.cover.key
    campaign = edit(campaign, say(picture=a_photo("PNG"), cover_alt="Chairs"), amina)
    assert not storage.current().exists(before)
    assert storage.current().exists(campaign.revision.cover.key)


def test_a_refused_edit_leaves_everything_as_it_was(a_draft, say, amina):
    campaign = a_draft()
    with pytest.raises(Refused):
        write.edit(campaign, say(title=""), campaign.deadline, by=amina)
    db.session.rollback()
    assert again(campaign).title == "A nurse for Western Kenya"
