"""A second person reads each letter before it is sent."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.approval.models import Approval
from campaigns.approval.rules import OfficerNeeded
from campaigns.ask import rules
from campaigns.ask.models import Ask, Letter
from campaigns.ask.rules.ladder import LetterChanged, NoteMissing
from campaigns.ask.states import AskState
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove, NotAllowed, SecondFactorNeeded
from campaigns.kit.money import Money
from tests.ask.conftest import BODY, CONTACT
from tests.cast.approvals import NO, SAID_NO
from tests.cast.browser import submit


@pytest.fixture
def of_age(a_campaign):
    """A campaign for a student who is of age."""
    return a_campaign(minor=False)


@pytest.mark.parametrize("reader", ["safiya", "mo"])
def test_for_a_student_of_age_an_officer_or_a_moderator_approves_alone(request, an_ask, of_age, reader):
    person, ask = request.getfixturevalue(reader), an_ask(campaign=of_age)
    assert rules.approve(ask, version=1, by=person)
    assert (ask.state, ask.moderated_by_id) == (AskState.MODERATED, person.id)
    assert ask.moderated_at is not None


@pytest.mark.parametrize("reader", ["amina", "marta", "victor", "tomas", "otto", "rita", "ada"])
def test_for_a_student_of_age_nobody_else_approves(request, an_ask, of_age, reader):
    ask = an_ask(campaign=of_age)
    with pytest.raises(NotAllowed):
        rules.approve(ask, version=1, by=request.getfixturevalue(reader))
    assert ask.state is AskState.DRAFTED


@pytest.mark.parametrize(("first", "second"), [("marta", "safiya"), ("mo", "safiya"), ("safiya", "victor")])
def test_for_a_minor_two_approve(request, an_ask, first, second):
    ask, second = an_ask(), request.getfixturevalue(second)
    assert not rules.approve(ask, version=1, answers=NO, by=request.getfixturevalue(first))
    assert ask.state is AskState.DRAFTED
    assert rules.approve(ask, version=1, answers=NO, by=second)
    assert (ask.state, ask.moderated_by_id) == (AskState.MODERATED, second.id)


@pytest.mark.parametrize("reader", ["amina", "tomas", "otto", "rita", "ada"])
def test_for_a_minor_nobody_else_approves(request, an_ask, reader):
    ask = an_ask()
    with pytest.raises(NotAllowed):
        rules.approve(ask, version=1, answers=NO, by=request.getfixturevalue(reader))


def test_a_moderator_and_a_member_are_not_enough_for_a_minor(an_ask, mo, marta):
    ask = an_ask()
    rules.approve(ask, version=1, answers=NO, by=mo)
    with pytest.raises(OfficerNeeded):
        rules.approve(ask, version=1, answers=NO, by=marta)


def test_a_change_after_the_first_approval_begins_anew(an_ask, amina, marta, safiya):
    ask = an_ask()
    rules.approve(ask, version=1, answers=NO, by=marta)
    rules.edit(ask, rules.Draft("Rosa", CONTACT, Money(500_00, "EUR"), "Another", BODY), by=amina)
    assert not rules.approve(ask, version=2, answers=NO, by=safiya)


@pytest.mark.both_databases
def test_the_database_sends_no_letter_about_a_minor_that_one_has_approved(an_ask, marta):
    ask = an_ask()
    rules.approve(ask, version=1, answers=NO, by=marta)
    db.session.flush()
    half = db.session.scalars(sa.select(Approval.id).where(Approval.second_at.is_(None))).one()
    given = f"state = 'moderated', moderated_by_id = {marta.id}, approval_id = {half}"
    with pytest.raises(sa.exc.IntegrityError, match="two people"):
        db.session.execute(sa.text(f"UPDATE ask SET {given} WHERE id = {ask.id}"))


def test_nobody_approves_their_own_ask(an_ask, a_user, lantern):
    both = a_user("Both", (Role.ORGANISER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    ask = an_ask(author=both)
    with pytest.raises(NotAllowed):
        rules.approve(ask, version=1, by=both)
    assert ask.state is AskState.DRAFTED


def test_nobody_approves_words_that_they_put_into_anothers_ask(an_ask, a_user, lantern):
    both = a_user("Both", (Role.MEMBER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    ask = an_ask()
    changed = rules.Draft("Rosa Reader", CONTACT, Money(500_00, "EUR"), "Mine now", BODY)
    rules.edit(ask, changed, by=both)
    with pytest.raises(NotAllowed, match="You wrote some of this"):
        rules.approve(ask, version=2, by=both)


def test_a_moderator_of_vouch_shows_a_second_factor(an_ask, mo):
    mo.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.approve(an_ask(), version=1, by=mo)


def test_a_letter_that_changed_meanwhile_is_read_again(an_ask, amina, safiya):
    ask = an_ask()
    rules.edit(ask, rules.Draft("Rosa", CONTACT, Money(500_00, "EUR"), "Another", BODY), by=amina)
    with pytest.raises(LetterChanged):
        rules.approve(ask, version=1, by=safiya)
    assert ask.state is AskState.DRAFTED


def test_a_letter_is_approved_once(an_ask, safiya):
    ask = an_ask(AskState.MODERATED)
    with pytest.raises(IllegalMove):
        rules.approve(ask, version=1, by=safiya)


def test_a_letter_is_sent_back_with_a_note(an_ask, safiya):
    ask = an_ask()
    rules.send_back(ask, "Leave out the reproach.", by=safiya)
    assert (ask.state, ask.returned_note) == (AskState.DRAFTED, "Leave out the reproach.")


def test_an_approved_letter_can_still_be_sent_back(an_ask, safiya):
    ask = an_ask(AskState.MODERATED)
    rules.send_back(ask, "On second thoughts: shorter.", by=safiya)
    assert (ask.state, ask.moderated_by_id, ask.moderated_at) == (AskState.DRAFTED, None, None)


def test_an_approval_clears_the_note(an_ask, safiya):
    ask = an_ask()
    rules.send_back(ask, "Shorter.", by=safiya)
    rules.approve(ask, version=1, answers=NO, by=safiya)
    assert ask.returned_note is None


def test_sending_back_says_why(an_ask, safiya):
    with pytest.raises(NoteMissing):
        rules.send_back(an_ask(), "", by=safiya)


def test_a_letter_that_was_sent_is_not_sent_back(an_ask, safiya):
    ask = an_ask(AskState.PRIVATE)
    with pytest.raises(IllegalMove):
        rules.send_back(ask, "Too late.", by=safiya)


def test_authors_do_not_send_back(an_ask, amina):
    with pytest.raises(NotAllowed):
        rules.send_back(an_ask(), "Hm.", by=amina)


def test_the_readers_approve_on_the_page(sign_in, victor, safiya, an_ask):
    ask = an_ask()
    page = f"/a/lantern/asks/{ask.ref}"
    first = submit(sign_in(victor), page, to=f"{page}/read", follow=True, approve="1", **SAID_NO)
    assert "You have approved this." in first.text
    answer = submit(sign_in(safiya), page, to=f"{page}/read", follow=True, approve="1", **SAID_NO)
    assert "Read and approved: ready to send." in answer.text
    assert db.session.get_one(Ask, ask.id).state is AskState.MODERATED


def test_the_reader_sends_back_on_the_page(sign_in, safiya, an_ask):
    ask = an_ask()
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(safiya), page, to=f"{page}/read", follow=True, note="Shorter, please.", back="1")
    assert "Sent back to its author with a note." in answer.text
    assert "Shorter, please." in answer.text


def test_a_missing_note_is_shown_at_its_field(sign_in, safiya, an_ask):
    ask = an_ask()
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(safiya), page, to=f"{page}/read", back="1")
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text
    assert "Say what should change" in answer.text


def test_the_page_refuses_an_approval_of_an_older_version(sign_in, safiya, an_ask, amina):
    ask = an_ask()
    page = f"/a/lantern/asks/{ask.ref}"
    answer = submit(sign_in(safiya), page, to=f"{page}/read", approve="1", version="0")
    assert answer.status_code == 422
    assert "The letter was changed while you read it" in answer.text


@pytest.mark.parametrize("typed", ["", "one", "-1", "9" * 40, "²"])
def test_a_strange_version_approves_nothing(sign_in, safiya, an_ask, typed):
    ask = an_ask()
    page = f"/a/lantern/asks/{ask.ref}"
    assert submit(sign_in(safiya), page, to=f"{page}/read", approve="1", version=typed).status_code == 422
    assert db.session.get_one(Ask, ask.id).state is AskState.DRAFTED


def test_a_moderator_of_vouch_finds_the_letter_without_being_of_the_team(sign_in, mo, an_ask):
    ask = an_ask()
    page = sign_in(mo).get(f"/a/lantern/asks/{ask.ref}")
    assert page.status_code == 200
    assert "You can read it for the community" in page.text
    assert 'href="/a/lantern/applications"' not in page.text


def test_the_author_is_not_offered_to_read(sign_in, amina, an_ask):
    page = sign_in(amina).get(f"/a/lantern/asks/{an_ask().ref}").text
    assert "You can read it for the community" not in page
    assert "Nobody approves their own words" in page


@pytest.mark.parametrize("action", ["read", "send", "publish", "close"])
def test_another_community_cannot_touch_it(sign_in, otto, harbour, an_ask, a_company, a_campaign, action):
    own = an_ask(campaign=a_campaign(community=harbour, author=otto), company=a_company("Delphi Mills"), author=otto)
    ask, client = an_ask(), sign_in(otto)
    page = f"/a/harbour/asks/{own.ref}"
    answer = submit(client, page, to=f"/a/lantern/asks/{ask.ref}/{action}", approve="1")
    assert answer.status_code == 404
    assert client.get(f"/a/lantern/asks/{ask.ref}").status_code == 404
    assert client.get(f"/a/harbour/asks/{ask.ref}").status_code == 404
    assert client.get(f"/a/lantern/asks/{ask.ref}/edit").status_code == 404


def test_an_edit_voids_what_the_reader_said(sign_in, amina, an_ask):
    ask = an_ask(AskState.MODERATED)
    fields = {"contact_name": "Rosa", "contact_email": CONTACT, "amount": "1", "subject": "New", "body": BODY}
    submit(sign_in(amina), f"/a/lantern/asks/{ask.ref}/edit", **fields)
    again = db.session.get_one(Ask, ask.id, populate_existing=True)
    assert (again.state, again.moderated_by_id) == (AskState.DRAFTED, None)
    assert db.session.query(Letter).filter_by(ask_id=ask.id).count() == 2
