"""Writing an update."""

import pytest

from campaigns.audit.models import AuditEntry
from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.update import rules
from campaigns.update.models import Update
from campaigns.update.rules.write import Closed, NotPublic
from campaigns.update.states import UpdateState


def write(campaign, by, *, body: str = "Good news.", minor: bool = False, once: str = "form-1") -> Update:
    return rules.create(campaign, title="News", body=body, minor=minor, once=once, by=by)


def test_an_update_begins_as_a_draft_of_its_author(a_campaign, marta):
    campaign = a_campaign()
    made = write(campaign, marta, body="Good *news*.")
    db.session.commit()
    assert (made.state, made.author_id, made.campaign_id) == (UpdateState.DRAFT, marta.id, campaign.id)
    assert made.organisation_id == campaign.organisation_id
    assert made.body_html == "<p>Good <em>news</em>.</p>\n"
    assert db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().action == "update.created"


def test_what_is_written_cannot_carry_scripts_or_pictures(a_campaign, marta):
    made = write(a_campaign(), marta, body="<script>x</script> ![face](http://x.org/a.jpg) [go](javascript:alert(1))")
    assert "<script" not in made.body_html
    assert "<img" not in made.body_html
    assert "href" not in made.body_html


@pytest.mark.parametrize("person", ["victor", "safiya", "tomas", "otto", "rita"])
def test_only_advocates_of_the_community_write(a_campaign, request, person):
    with pytest.raises(NotAllowed):
        write(a_campaign(), request.getfixturevalue(person))


def test_the_same_form_twice_is_one_draft(a_campaign, marta):
    campaign = a_campaign()
    assert write(campaign, marta).id == write(campaign, marta).id
    assert db.session.query(Update).count() == 1


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_a_campaign_that_is_not_public_has_no_updates(a_campaign, marta, state):
    with pytest.raises(NotPublic):
        write(a_campaign(state), marta)


def test_an_update_on_a_campaign_for_a_minor_concerns_a_minor_whatever_its_author_says(a_campaign, marta):
    assert write(a_campaign(minor=True), marta, minor=False).concerns_minor is True


def test_an_update_on_adults_concerns_a_minor_where_its_author_says_so(a_campaign, marta):
    campaign = a_campaign(minor=False)
    assert write(campaign, marta, once="form-1").concerns_minor is False
    assert write(campaign, marta, once="form-2", minor=True).concerns_minor is True


def test_an_edit_changes_text_and_hash(an_update, marta):
    update = an_update()
    before = update.content_hash
    rules.save(update, title="News", body="Other *words*.", minor=False, by=marta)
    assert update.body_html == "<p>Other <em>words</em>.</p>\n"
    assert update.content_hash != before


def test_an_edit_takes_an_update_out_of_review(an_update, marta):
    update = an_update(UpdateState.IN_REVIEW)
    rules.save(update, title="News", body="Other words.", minor=False, by=marta)
    assert update.state is UpdateState.DRAFT


def test_nobody_but_the_author_changes_the_words(an_update, amina):
    with pytest.raises(NotAllowed, match="Only its author"):
        rules.save(an_update(), title="News", body="Other words.", minor=False, by=amina)


@pytest.mark.parametrize("state", [UpdateState.PUBLISHED, UpdateState.WITHDRAWN])
def test_what_was_published_is_not_rewritten(an_update, marta, state):
    update = an_update(state)
    with pytest.raises(Closed):
        rules.save(update, title="News", body="Other words.", minor=False, by=marta)
    assert "second" in update.body
