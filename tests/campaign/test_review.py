from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.approval.rules import OfficerNeeded
from campaigns.audit.models import AuditEntry
from campaigns.campaign import queries
from campaigns.campaign.rules import review, words, write
from campaigns.campaign.rules.consent import ConsentMissing
from campaigns.campaign.rules.review import Changed
from campaigns.campaign.rules.write import BadDeadline
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.file.states import Visibility
from campaigns.kit import clock, db, storage
from campaigns.kit.errors import IllegalMove, NotAllowed, Refused, SecondFactorNeeded
from campaigns.notice.models import Notice
from campaigns.student.states import ConsentEvent, Purpose, Stage
from tests.campaign.conftest import again
from tests.cast.approvals import NO
from tests.cast.pictures import a_photo


def submitted(campaign, by):
    review.submit(campaign, by=by)
    db.session.commit()
    return again(campaign)


def approve(campaign, *readers):
    for by in readers:
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=by)
        db.session.commit()
        campaign = again(campaign)
    return campaign


def mails_to(person):
    return db.session.scalars(sa.select(Notice).where(Notice.to == person.email)).all()


def test_an_approved_campaign_is_live_and_its_student_supported(a_draft, amber, amina, victor, safiya):
    campaign = approve(submitted(a_draft(), amina), victor, safiya)
    assert campaign.state is CampaignState.LIVE
    assert campaign.published_at is not None
    assert campaign.reviewed_by_id == safiya.id
    assert campaign.content_hash == words.fingerprint(campaign)
    assert amber.stage is Stage.SUPPORTED


def test_submitting_asks_the_officers_by_mail(a_draft, amina, safiya):
    submitted(a_draft(), amina)
    (mail,) = mails_to(safiya)
    assert mail.subject == "Please review: A nurse for Western Kenya"
    assert "/review" in mail.text
    assert mails_to(amina) == []


def test_the_author_hears_of_the_approval(a_draft, amina, victor, safiya):
    approve(submitted(a_draft(), amina), victor, safiya)
    assert [mail.subject for mail in mails_to(amina)] == ["Approved: A nurse for Western Kenya"]


@pytest.mark.parametrize("name", ["amina", "tomas", "otto", "rita", "mo", "ada"])
def test_others_than_the_readers_of_this_community_do_not_approve(request, a_draft, amina, name):
    campaign = submitted(a_draft(), amina)
    with pytest.raises(NotAllowed):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=request.getfixturevalue(name))
    assert again(campaign).state is CampaignState.IN_REVIEW


@pytest.mark.parametrize("name", ["amina", "marta", "victor", "tomas", "otto", "rita", "mo", "ada"])
def test_of_students_of_age_only_an_officer_approves_and_alone(request, a_draft, amber, amina, safiya, name):
    amber.is_minor = False
    campaign = submitted(a_draft(), amina)
    assert not campaign.concerns_minor
    with pytest.raises(NotAllowed):
        review.approve(campaign, seen=words.fingerprint(campaign), by=request.getfixturevalue(name))
    assert review.approve(campaign, seen=words.fingerprint(campaign), by=safiya)
    assert campaign.state is CampaignState.LIVE


@pytest.mark.both_databases
def test_one_approval_publishes_nothing(a_draft, amina, victor, safiya):
    campaign = approve(submitted(a_draft(), amina), victor)
    assert campaign.state is CampaignState.IN_REVIEW
    assert [mail.subject for mail in mails_to(safiya)][1:] == ["Please be the second reader: A nurse for Western Kenya"]
    assert approve(campaign, safiya).state is CampaignState.LIVE


def test_the_second_of_two_is_an_officer_where_the_first_was_none(a_draft, amina, marta, victor):
    campaign = approve(submitted(a_draft(), amina), victor)
    with pytest.raises(OfficerNeeded):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=marta)


def test_where_an_officer_was_first_the_team_is_asked(a_draft, amina, marta, victor, tomas, safiya):
    approve(submitted(a_draft(), amina), safiya)
    for person, count in ((marta, 1), (victor, 1), (amina, 0), (tomas, 0), (safiya, 1)):
        assert len(mails_to(person)) == count, person.name


@pytest.mark.parametrize("how", ["edited", "sent back"])
def test_what_was_approved_once_begins_anew_when_it_changes(a_draft, amina, victor, safiya, say, how):
    campaign = approve(submitted(a_draft(), amina), victor)
    if how == "edited":
        review.take_back(campaign, by=amina)
        write.edit(campaign, say(story="Something else."), campaign.deadline, by=amina)
    else:
        review.send_back(campaign, note="Shorter.", by=safiya)
    campaign = submitted(again(campaign), amina)
    assert not review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=safiya)
    assert campaign.state is CampaignState.IN_REVIEW


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["title = 'Other'", "story_html = 'Other'", "content_hash = 'Other'"])
def test_the_database_refuses_other_words_than_those_approved(a_live_one, change):
    campaign = a_live_one()
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE campaign SET {change} WHERE id = {campaign.id}"))


@pytest.mark.both_databases
@pytest.mark.parametrize("state", sorted(PUBLIC))
def test_the_database_publishes_nothing_about_a_minor_that_one_has_approved(a_draft, amina, victor, state):
    campaign = approve(submitted(a_draft(), amina), victor)
    half = db.session.scalars(sa.select(Approval.id)).one()
    public = f"state = '{state}', approval_id = {half}, content_hash = '{words.fingerprint(campaign)}'"
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE campaign SET {public} WHERE id = {campaign.id}"))


@pytest.mark.both_databases
def test_the_database_takes_no_other_campaigns_approval(a_live_one, a_campaign):
    other, approved = a_campaign(CampaignState.DRAFT), a_live_one()
    public = f"state = 'live', approval_id = {approved.approval_id}, content_hash = '{approved.content_hash}'"
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE campaign SET {public} WHERE id = {other.id}"))


@pytest.mark.parametrize("wrote", ["created", "edited"])
def test_nobody_reviews_what_they_wrote_themselves(a_user, lantern, a_draft, amina, say, amber, needs_of, wrote):
    both = a_user("Basma", (Role.MEMBER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    if wrote == "created":
        deadline = clock.today() + timedelta(days=60)
        campaign = write.create(lantern, needs_of(amber), say(), deadline, once="basma", by=both)
    else:
        campaign = a_draft()
        write.edit(campaign, say(summary="Changed by Basma."), campaign.deadline, by=both)
    campaign = submitted(again(campaign), amina)
    with pytest.raises(NotAllowed, match="somebody else"):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=both)
    with pytest.raises(NotAllowed, match="somebody else"):
        review.send_back(campaign, note="No.", by=both)


def test_an_officer_without_a_second_factor_is_asked_for_it(a_draft, amina, safiya):
    campaign = submitted(a_draft(), amina)
    safiya.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=safiya)


def test_the_database_refuses_an_author_as_reviewer(a_draft, amina):
    campaign = a_draft()
    campaign.reviewed_by_id = amina.id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_what_was_not_read_is_not_approved(a_draft, amina, safiya, say):
    campaign = a_draft()
    seen = words.fingerprint(campaign)
    write.edit(campaign, say(story="Something else."), campaign.deadline, by=amina)
    campaign = submitted(campaign, amina)
    with pytest.raises(Changed):
        review.approve(campaign, seen=seen, answers=NO, by=safiya)
    assert campaign.state is CampaignState.IN_REVIEW


@pytest.mark.parametrize("events", [[ConsentEvent.WITHDRAWN], [ConsentEvent.WITHDRAWN, ConsentEvent.GIVEN]])
def test_nothing_is_published_without_checked_consent(a_draft, amber, amina, safiya, consent, events):
    campaign = submitted(a_draft(), amina)
    for event in events:
        consent(amber, event)
    with pytest.raises(ConsentMissing, match="Amber Heron"):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=safiya)
    assert campaign.published_at is None


def test_a_picture_of_a_student_needs_consent_of_its_own(a_draft, amber, amina, victor, safiya, consent):
    campaign = submitted(a_draft(picture=a_photo(), cover_alt="A student reading"), amina)
    with pytest.raises(ConsentMissing, match="picture"):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=safiya)
    db.session.rollback()
    consent(amber, ConsentEvent.CHECKED, Purpose.PUBLISH_IMAGE)
    assert approve(again(campaign), victor, safiya).state is CampaignState.LIVE


def test_a_picture_of_no_student_needs_none(a_draft, amina, victor, safiya):
    campaign = submitted(a_draft(picture=a_photo(), cover_alt="Desks", cover_shows_student=False), amina)
    assert campaign.cover.visibility is Visibility.PRIVATE
    assert approve(campaign, victor, safiya).cover.visibility is Visibility.PUBLIC


def test_a_deadline_that_passed_meanwhile_is_refused(a_draft, amina, safiya):
    campaign = submitted(a_draft(), amina)
    campaign.deadline = campaign.created_at.date()
    db.session.commit()
    with pytest.raises(BadDeadline):
        review.approve(again(campaign), seen=words.fingerprint(campaign), by=safiya)


def test_it_can_be_sent_back_with_a_reason(a_draft, amina, safiya):
    campaign = submitted(a_draft(), amina)
    review.send_back(campaign, note="Leave out the village.", by=safiya)
    assert campaign.state is CampaignState.DRAFT
    assert campaign.returned_note == "Leave out the village."
    assert "Leave out the village." in mails_to(amina)[0].text


def test_a_reason_is_needed(a_draft, amina, safiya):
    campaign = submitted(a_draft(), amina)
    with pytest.raises(Refused) as refusal:
        review.send_back(campaign, note="", by=safiya)
    assert refusal.value.field == "note"


def test_going_back_and_forth_writes_each_time(a_draft, amina, safiya):
    campaign = a_draft()
    for _ in range(2):
        campaign = submitted(campaign, amina)
        review.send_back(campaign, note="Shorter.", by=safiya)
    assert len(mails_to(safiya)) == 2
    assert len(mails_to(amina)) == 2


def test_its_author_can_take_it_back(a_draft, amina):
    campaign = submitted(a_draft(), amina)
    review.take_back(campaign, by=amina)
    assert campaign.state is CampaignState.DRAFT


def test_approving_twice_is_refused(a_draft, amina, victor, safiya):
    campaign = approve(submitted(a_draft(), amina), victor, safiya)
    with pytest.raises(IllegalMove):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=safiya)


@pytest.fixture
def revised(a_live_one, say, amina):
    campaign = a_live_one(picture=a_photo(), cover_alt="Desks", cover_shows_student=False)
    said = say(title="Other", story="*Other.*", picture=a_photo("PNG"), cover_alt="Chairs", cover_shows_student=False)
    write.edit(campaign, said, campaign.deadline, by=amina)
    db.session.commit()
    return again(campaign)


@pytest.mark.both_databases
def test_approved_changes_take_the_place_of_the_public_words(revised, victor, safiya):
    before, version = revised.cover.key, revised.version
    assert not review.approve_revision(revised, seen=words.fingerprint(revised.revision), answers=NO, by=victor)
    assert again(revised).title == "A nurse for Western Kenya"
    assert review.approve_revision(revised, seen=words.fingerprint(revised.revision), answers=NO, by=safiya)
    db.session.commit()
    campaign = again(revised)
    assert (campaign.title, campaign.story_html.strip()) == ("Other", "<p><em>Other.</em></p>")
    assert campaign.revision is None
    assert campaign.cover_alt == "Chairs"
    assert campaign.cover.visibility is Visibility.PUBLIC
    assert campaign.version > version
    assert not storage.current().exists(before)
    assert storage.current().exists(campaign.cover.key)


def test_changes_wait_in_the_officers_list(revised, lantern):
    assert db.session.scalars(queries.waiting_for_review(lantern.id)).all() == [revised]


def test_changes_can_be_sent_back_while_the_public_words_stay(revised, safiya, amina, lantern):
    review.send_revision_back(revised, note="No.", by=safiya)
    assert revised.title == "A nurse for Western Kenya"
    assert revised.revision.returned_note == "No."
    assert db.session.scalars(queries.waiting_for_review(lantern.id)).all() == []
    with pytest.raises(IllegalMove):
        review.approve_revision(revised, seen=words.fingerprint(revised.revision), answers=NO, by=safiya)


def test_changes_that_changed_again_are_not_approved(revised, safiya, amina, say):
    seen = words.fingerprint(revised.revision)
    write.edit(revised, say(title="Third", cover_alt="Chairs"), revised.deadline, by=amina)
    with pytest.raises(Changed):
        review.approve_revision(revised, seen=seen, answers=NO, by=safiya)


def test_changes_are_not_approved_without_consent(revised, safiya, amber, consent):
    consent(amber, ConsentEvent.WITHDRAWN)
    with pytest.raises(ConsentMissing):
        review.approve_revision(again(revised), seen=words.fingerprint(revised.revision), by=safiya)


def test_nobody_approves_their_own_changes(revised, a_user, lantern, say):
    both = a_user("Basma", (Role.MEMBER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    write.edit(revised, say(title="By Basma", cover_alt="Chairs"), revised.deadline, by=both)
    with pytest.raises(NotAllowed):
        review.approve_revision(revised, seen=words.fingerprint(revised.revision), answers=NO, by=both)


def test_changes_can_be_given_up(revised, amina):
    kept, proposed = revised.cover.key, revised.revision.cover.key
    review.drop_revision(revised, by=amina)
    db.session.commit()
    assert again(revised).revision is None
    assert storage.current().exists(kept)
    assert not storage.current().exists(proposed)
    with pytest.raises(IllegalMove):
        review.drop_revision(again(revised), by=amina)


def test_each_step_leaves_a_trace(a_draft, amina, victor, safiya):
    campaign = approve(submitted(a_draft(), amina), victor, safiya)
    actions = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject_type == "campaign").order_by(AuditEntry.id)
    )
    assert list(actions) == ["campaign.created", "campaign.submitted", "campaign.approved"]
    assert campaign.state is CampaignState.LIVE
