"""Two people, one of them a safeguarding officer, approve exactly one text; the rules say it, and the database does."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.approval import rules
from campaigns.approval.models import Approval
from campaigns.approval.rules import NotApproved, OfficerNeeded, Recognisable, Text, Unanswered
from campaigns.approval.states import QUESTIONS, Question, Subject
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded
from tests.cast.approvals import NO

HASH, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def a_text(lantern, amina):
    """A text that Amina wrote."""
    return Text(Subject.UPDATE, 7, lantern.id, HASH, amina.id)


def approve(text, *people):
    for by in people:
        given = rules.approve(text, answers=NO, by=by)
        db.session.commit()
    return given


@pytest.mark.both_databases
@pytest.mark.parametrize(("first", "second"), [("marta", "safiya"), ("safiya", "victor"), ("victor", "safiya")])
def test_two_people_make_it_complete(request, a_text, first, second):
    assert not approve(a_text, request.getfixturevalue(first)).is_complete
    with pytest.raises(NotApproved):
        rules.require_complete(Subject.UPDATE, 7, HASH)
    assert approve(a_text, request.getfixturevalue(second)).is_complete
    assert rules.require_complete(Subject.UPDATE, 7, HASH).second_at is not None


@pytest.mark.parametrize("name", ["amina", "tomas", "otto", "rita", "mo", "ada"])
def test_who_wrote_it_keeps_the_money_or_is_of_elsewhere_approves_nothing(request, a_text, name):
    with pytest.raises(NotAllowed):
        rules.approve(a_text, answers=NO, by=request.getfixturevalue(name))


def test_a_moderator_of_vouch_reads_letters_only(lantern, amina, mo):
    letter = Text(Subject.ASK, 7, lantern.id, HASH, amina.id)
    assert rules.approve(letter, answers=NO, by=mo).first_role is Role.MODERATOR


def test_who_wrote_a_part_of_it_approves_nothing(lantern, amina, marta):
    text = Text(Subject.UPDATE, 7, lantern.id, HASH, amina.id, frozenset({marta.id}))
    with pytest.raises(NotAllowed, match="You wrote some of this"):
        rules.approve(text, answers=NO, by=marta)


def test_the_same_person_twice_is_one(a_text, safiya):
    assert not approve(a_text, safiya, safiya).is_complete


def test_one_person_behind_two_accounts_is_one(a_text, a_user, lantern, amina, safiya):
    twin, own = a_user("Twin", (Role.VETTER, lantern)), a_user("Own", (Role.VETTER, lantern))
    twin.email_canonical, own.email_canonical = safiya.email_canonical, amina.email_canonical
    db.session.commit()
    twin.second_factor = own.second_factor = True
    approve(a_text, safiya)
    with pytest.raises(NotAllowed, match="same e-mail"):
        rules.approve(a_text, answers=NO, by=twin)
    with pytest.raises(NotAllowed, match="You wrote some of this"):
        rules.approve(a_text, answers=NO, by=own)


def test_one_of_them_is_an_officer(a_text, marta, victor):
    approve(a_text, marta)
    with pytest.raises(OfficerNeeded):
        rules.approve(a_text, answers=NO, by=victor)


def test_an_officer_who_organises_as_well_shows_the_second_factor(a_text, a_user, lantern):
    both = a_user("Both", (Role.MEMBER, lantern), (Role.SAFEGUARDING_OFFICER, lantern))
    both.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.approve(a_text, answers=NO, by=both)


@pytest.mark.parametrize("question", Question)
def test_every_question_is_answered_and_any_yes_stops_it(a_text, safiya, question):
    with pytest.raises(Unanswered) as left_open:
        rules.approve(a_text, answers={each: NO[each] for each in Question if each is not question}, by=safiya)
    with pytest.raises(Recognisable) as worried:
        rules.approve(a_text, answers=NO | {question: True}, by=safiya)
    assert left_open.value.field == worried.value.field == question.value
    assert QUESTIONS[question] in str(worried.value)
    assert db.session.scalars(sa.select(Approval)).all() == []


def test_what_each_answered_and_was_is_kept(a_text, marta, safiya):
    given = approve(a_text, marta, safiya)
    assert given.first_answers == given.second_answers == {question.value: False for question in Question}
    assert (given.first_role, given.second_role) == (Role.MEMBER, Role.SAFEGUARDING_OFFICER)


def test_another_text_needs_two_of_its_own(a_text, lantern, amina, marta, safiya):
    approve(a_text, marta, safiya)
    assert not rules.is_complete(Subject.UPDATE, 7, OTHER)
    assert not rules.is_complete(Subject.CAMPAIGN, 7, HASH)
    assert not approve(Text(Subject.UPDATE, 7, lantern.id, OTHER, amina.id), safiya).is_complete


@pytest.mark.both_databases
def test_what_was_voided_counts_no_more_and_can_be_approved_anew(a_text, marta, safiya):
    approve(a_text, marta, safiya)
    rules.void(Subject.UPDATE, 7, keep=HASH)
    assert rules.is_complete(Subject.UPDATE, 7, HASH)
    rules.void(Subject.UPDATE, 7)
    assert not rules.is_complete(Subject.UPDATE, 7, HASH)
    assert approve(a_text, safiya, marta).is_complete


WRONG = [
    ("three_accounts", {"first_by_id": "author_id"}),
    ("three_accounts", {"second_by_id": "first_by_id"}),
    ("three_accounts", {"second_by_id": "author_id"}),
    ("three_people", {"first_email": "author_email"}),
    ("three_people", {"second_email": "first_email"}),
    ("three_people", {"second_email": "author_email"}),
]


def row(amina, marta, safiya, **changes):
    """The columns of a complete approval."""
    given = {"subject_type": "update", "subject_id": 9, "organisation_id": 1, "content_hash": HASH}
    for who, by in (("author", amina), ("first", marta), ("second", safiya)):
        given |= {f"{who}_id" if who == "author" else f"{who}_by_id": by.id, f"{who}_email": by.email_canonical}
    given |= {"first_role": Role.MEMBER, "second_role": Role.SAFEGUARDING_OFFICER}
    given |= {"first_at": clock.now(), "second_at": clock.now(), "first_answers": {}, "second_answers": {}}
    return given | changes


@pytest.mark.both_databases
@pytest.mark.parametrize(("name", "same"), WRONG)
def test_the_database_tells_three_people_apart(lantern, amina, marta, safiya, name, same):
    given = row(amina, marta, safiya, organisation_id=lantern.id)
    for column, other in same.items():
        given[column] = given[other]
    with pytest.raises(sa.exc.IntegrityError, match=name):
        db.session.execute(sa.insert(Approval).values(**given))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("an_officer", {"second_role": Role.VETTER}),
        ("roles", {"first_role": Role.TREASURER}),
        ("second_whole", {"second_at": None}),
        ("second_whole", {"second_answers": None}),
        ("in_order", {"second_at": clock.now().replace(year=2000)}),
    ],
)
def test_the_database_takes_whole_approvals_with_an_officer_only(lantern, amina, marta, safiya, name, changes):
    given = row(amina, marta, safiya, organisation_id=lantern.id, **changes)
    with pytest.raises(sa.exc.IntegrityError, match=name):
        db.session.execute(sa.insert(Approval).values(**given))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "content_hash = 'other'",
        "first_role = 'vetter'",
        "author_email = 'x@example.org'",
        "second_role = 'vetter'",
        "second_at = NULL, second_by_id = NULL, second_role = NULL, second_email = NULL, second_answers = NULL",
    ],
)
def test_an_approval_stands_as_it_was_given(a_text, marta, safiya, change):
    given = approve(a_text, marta, safiya)
    with pytest.raises(sa.exc.IntegrityError, match="as it was given"):
        db.session.execute(sa.text(f"UPDATE approval SET {change} WHERE id = {given.id}"))


@pytest.mark.both_databases
def test_an_approval_is_neither_deleted_nor_brought_back(a_text, marta, safiya):
    given = approve(a_text, marta, safiya)
    number = given.id
    rules.void(Subject.UPDATE, 7)
    db.session.commit()
    for change in (
        f"DELETE FROM approval WHERE id = {number}",
        f"UPDATE approval SET voided_at = NULL WHERE id = {number}",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="as it was given"):
            db.session.execute(sa.text(change))
        db.session.rollback()


@pytest.mark.both_databases
def test_of_one_text_one_approval_stands(lantern, amina, marta, safiya):
    given = row(amina, marta, safiya, organisation_id=lantern.id)
    db.session.execute(sa.insert(Approval).values(**given))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(Approval).values(**given))
