"""From draft to page, past a second person where a minor is concerned."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.approval.rules import OfficerNeeded
from campaigns.campaign.rules.consent import ConsentMissing
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed, Refused
from campaigns.update import rules
from campaigns.update.models import Update
from campaigns.update.rules.publish import NeedsApproval, NotInReview, TextChanged
from campaigns.update.rules.write import NotPublic
from campaigns.update.states import MOVES, UpdateState
from tests.cast.approvals import NO
from tests.update.helpers import campaign_now, withdraw_consent

ABSENT = [(here, there) for here in UpdateState for there in UpdateState if there not in MOVES.get(here, set())]


@pytest.mark.parametrize(("here", "there"), ABSENT)
def test_an_absent_arrow_is_refused(here, there):
    with pytest.raises(IllegalMove):
        Update(state=here).move_to(there)


@pytest.fixture
def half_read(an_update, victor):
    """An update on a minor that one of two has approved."""
    update = an_update(UpdateState.IN_REVIEW)
    assert not rules.approve(update, seen=update.content_hash, answers=NO, by=victor)
    db.session.commit()
    return update


def test_one_approval_publishes_nothing(half_read, victor, amina):
    assert not rules.approve(half_read, seen=half_read.content_hash, answers=NO, by=victor)
    with pytest.raises(OfficerNeeded):
        rules.approve(half_read, seen=half_read.content_hash, answers=NO, by=amina)
    assert half_read.state is UpdateState.IN_REVIEW


def test_an_edit_ends_what_one_has_approved(half_read, marta, safiya):
    rules.save(half_read, title="News", body="The school is in Kisumu.", minor=False, by=marta)
    rules.send_for_review(half_read, by=marta)
    assert not rules.approve(half_read, seen=half_read.content_hash, answers=NO, by=safiya)


def test_an_update_given_back_ends_what_one_has_approved(half_read, marta, safiya):
    rules.give_back(half_read, note="Shorter.", by=safiya)
    rules.send_for_review(half_read, by=marta)
    assert not rules.approve(half_read, seen=half_read.content_hash, answers=NO, by=safiya)


@pytest.mark.both_databases
def test_the_database_publishes_nothing_on_a_minor_that_one_has_approved(half_read):
    half = db.session.scalars(sa.select(Approval.id).where(Approval.second_at.is_(None))).one()
    given = f"state = 'published', approved_hash = content_hash, approval_id = {half}"
    given += f", approved_by_id = (SELECT first_by_id FROM approval WHERE id = {half})"
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE campaign_update SET {given} WHERE id = {half_read.id}"))


@pytest.mark.both_databases
@pytest.mark.parametrize("word", ["title", "body", "body_html"])
def test_the_database_refuses_another_word_in_what_is_published(an_update, word):
    update = an_update(UpdateState.PUBLISHED)
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE campaign_update SET {word} = 'Kisumu' WHERE id = {update.id}"))


def test_on_a_student_of_age_an_officer_reads_alone(an_update, a_campaign, victor, safiya):
    update = an_update(UpdateState.IN_REVIEW, campaign=a_campaign(minor=False))
    with pytest.raises(NotAllowed):
        rules.approve(update, seen=update.content_hash, by=victor)
    assert rules.approve(update, seen=update.content_hash, by=safiya)


def test_two_approve_and_it_is_published(half_read, safiya):
    update = half_read
    before = campaign_now(update.campaign_id).version
    rules.approve(update, seen=update.content_hash, answers=NO, by=safiya)
    db.session.commit()
    campaign = campaign_now(update.campaign_id)
    assert (update.state, update.approved_by_id) == (UpdateState.PUBLISHED, safiya.id)
    assert update.approved_hash == update.content_hash
    assert update.published_at is not None
    assert (campaign.update_count, campaign.version) == (1, before + 1)
    assert rules.problems() == []


def test_nobody_approves_their_own_words(a_user, lantern, a_campaign):
    both = a_user("Bela", (Role.MEMBER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    made = rules.create(a_campaign(), title="News", body="Good.", minor=True, once="form-1", by=both)
    rules.send_for_review(made, by=both)
    with pytest.raises(NotAllowed, match="had a hand"):
        rules.approve(made, seen=made.content_hash, answers=NO, by=both)


@pytest.mark.parametrize("person", ["marta", "tomas", "otto", "rita", "mo"])
def test_others_than_readers_do_not_approve(an_update, request, person):
    update = an_update(UpdateState.IN_REVIEW)
    with pytest.raises(NotAllowed):
        rules.approve(update, seen=update.content_hash, answers=NO, by=request.getfixturevalue(person))


def test_the_author_does_not_publish_alone_where_a_minor_is_concerned(an_update, marta):
    update = an_update()
    with pytest.raises(NeedsApproval):
        rules.publish(update, by=marta)
    assert campaign_now(update.campaign_id).update_count == 0


def test_the_database_itself_refuses_an_update_on_a_minor_without_approval(an_update):
    update = an_update()
    update.state = UpdateState.PUBLISHED
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_the_database_itself_refuses_other_words_than_those_approved(an_update):
    update = an_update(UpdateState.PUBLISHED)
    update.content_hash = "0" * 64
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_the_database_itself_refuses_an_author_who_approves(an_update):
    update = an_update(UpdateState.IN_REVIEW)
    update.approved_by_id = update.author_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_the_author_publishes_alone_where_all_are_of_age(an_update, a_campaign, marta):
    update = an_update(campaign=a_campaign(minor=False))
    rules.publish(update, by=marta)
    assert update.state is UpdateState.PUBLISHED
    assert campaign_now(update.campaign_id).update_count == 1


def test_a_student_found_to_be_a_minor_meanwhile_stops_the_author(an_update, a_campaign, marta):
    update = an_update(campaign=a_campaign(minor=False))
    db.session.execute(sa.text("UPDATE application SET is_minor = true"))
    with pytest.raises(NeedsApproval):
        rules.publish(update, by=marta)


def test_another_advocate_does_not_publish_for_the_author(an_update, a_campaign, amina):
    with pytest.raises(NotAllowed):
        rules.publish(an_update(campaign=a_campaign(minor=False)), by=amina)


def test_an_officer_approves_only_the_text_that_was_read(an_update, marta, safiya):
    update = an_update(UpdateState.IN_REVIEW)
    seen = update.content_hash
    rules.save(update, title="News", body="The school is in Kisumu.", minor=False, by=marta)
    rules.send_for_review(update, by=marta)
    with pytest.raises(TextChanged):
        rules.approve(update, seen=seen, answers=NO, by=safiya)
    assert update.state is UpdateState.IN_REVIEW


def test_a_draft_is_not_approved_before_its_author_sends_it(an_update, safiya):
    update = an_update()
    with pytest.raises(NotInReview):
        rules.approve(update, seen=update.content_hash, answers=NO, by=safiya)


def test_approving_twice_publishes_once(half_read, safiya):
    update = half_read
    for _ in range(2):
        rules.approve(update, seen=update.content_hash, answers=NO, by=safiya)
    assert campaign_now(update.campaign_id).update_count == 1


def test_without_consent_nothing_is_published(an_update, safiya):
    update = an_update(UpdateState.IN_REVIEW)
    withdraw_consent(update.campaign_id)
    with pytest.raises(ConsentMissing, match="Amber Heron"):
        rules.approve(update, seen=update.content_hash, answers=NO, by=safiya)
    db.session.rollback()
    assert update.state is UpdateState.IN_REVIEW
    assert campaign_now(update.campaign_id).update_count == 0


def test_a_cancelled_campaign_publishes_nothing_more(an_update, safiya):
    update = an_update(UpdateState.IN_REVIEW)
    campaign_now(update.campaign_id).state = CampaignState.CANCELLED
    db.session.commit()
    with pytest.raises(NotPublic):
        rules.approve(update, seen=update.content_hash, answers=NO, by=safiya)


def test_an_update_given_back_says_why_and_comes_again(an_update, marta, safiya):
    update = an_update(UpdateState.IN_REVIEW)
    rules.give_back(update, note="Leave out the village.", by=safiya)
    assert (update.state, update.returned_note) == (UpdateState.DRAFT, "Leave out the village.")
    rules.send_for_review(update, by=marta)
    assert (update.state, update.returned_note) == (UpdateState.IN_REVIEW, None)


def test_a_withdrawn_update_no_longer_counts(an_update, marta):
    update = an_update(UpdateState.PUBLISHED)
    before = campaign_now(update.campaign_id).version
    for _ in range(2):
        rules.withdraw(update, by=marta)
    campaign = campaign_now(update.campaign_id)
    assert (update.state, campaign.update_count, campaign.version) == (UpdateState.WITHDRAWN, 0, before + 1)
    assert update.withdrawn_at is not None


@pytest.mark.parametrize("person", ["amina", "safiya"])
def test_organisers_and_officers_withdraw_too(an_update, request, person):
    update = an_update(UpdateState.PUBLISHED)
    rules.withdraw(update, by=request.getfixturevalue(person))
    assert update.state is UpdateState.WITHDRAWN


@pytest.mark.parametrize("person", ["victor", "tomas", "otto", "rita"])
def test_others_do_not_withdraw(an_update, request, person):
    with pytest.raises(NotAllowed):
        rules.withdraw(an_update(UpdateState.PUBLISHED), by=request.getfixturevalue(person))


@pytest.mark.both_databases
def test_of_an_edit_and_an_approval_at_once_no_unread_word_is_published(app, half_read, marta, safiya):
    update = half_read
    update_id, seen, emails = update.id, update.content_hash, (marta.email, safiya.email)
    db.session.commit()
    ready, refused = Barrier(2), []

    def act(email: str) -> None:
        with app.app_context():
            by = db.session.scalars(accounts.by_email(email)).one()
            by.second_factor = by.reauthenticated = True
            db.session.commit()
            ready.wait()
            try:
                with db.transaction():
                    found = db.session.get_one(Update, update_id)
                    if email == emails[0]:
                        rules.save(found, title="News", body="The school is in Kisumu.", minor=False, by=by)
                    else:
                        rules.approve(found, seen=seen, answers=NO, by=by)
            except Refused as refusal:
                refused.append(type(refusal).__name__)

    people = [Thread(target=act, args=[email]) for email in emails]
    for person in people:
        person.start()
    for person in people:
        person.join()
    db.session.expire_all()
    assert (update.state, "Kisumu" in update.body, refused) in [
        (UpdateState.PUBLISHED, False, ["Closed"]),
        (UpdateState.DRAFT, True, ["TextChanged"]),
    ]


@pytest.mark.parametrize("act", [rules.send_for_review, rules.publish, rules.save])
def test_an_author_who_has_left_has_no_say_over_an_update(an_update, marta, act):
    update = an_update()
    for membership in marta.memberships:
        membership.ended_at = clock.now()
    db.session.commit()
    db.session.expire(marta, ["memberships"])
    said = {"title": "Changed", "body": "Changed", "minor": False} if act is rules.save else {}
    with pytest.raises(NotAllowed):
        act(update, **said, by=marta)
