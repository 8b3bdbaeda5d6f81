"""Letters: to those who vet without anything personal, to the student only where there is an address."""

import pytest

from campaigns.account.states import Role
from campaigns.kit import db
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.states import Reason


def letters(to: str | None = None) -> list[Notice]:
    rows = db.session.query(Notice).order_by(Notice.id)
    return rows.filter_by(to=to).all() if to else rows.all()


def test_everybody_who_vets_is_told_by_number_and_link_only(a_draft, victor, vera, safiya, amina, tomas):
    application = a_draft()

    rules.submit(application)

    assert {letter.to for letter in letters()} == {"victor@example.org", "vera@example.org", "safiya@example.org"}
    letter = letters("vera@example.org")[0]
    assert application.ref in letter.subject
    for body in (letter.text, letter.html):
        assert f"http://localhost/a/lantern/applications/{application.ref}" in body
        assert not [word for word in ("Canary", "Amber", "Mwangaza", "nurse", "Western", "Kenya") if word in body]


def test_a_vetter_who_is_the_applicant_is_not(a_draft, victor, vera):
    rules.submit(a_draft(contact="victor+me@example.org"))

    assert [letter.to for letter in letters()] == ["vera@example.org"]


def test_a_second_round_is_told_again_as_such(a_draft, victor):
    application = a_draft()
    rules.submit(application)
    rules.ask(application, "Which term?", by=victor)
    rules.answer(application, "The second.")

    rules.submit(application)

    first, second = letters("victor@example.org")
    assert first.subject == f"A new application has arrived: {application.ref}"
    assert second.subject == f"Application {application.ref} has come back"


def test_a_vetter_of_another_community_hears_nothing(a_draft, a_user, harbour):
    a_user("Hilda", (Role.VETTER, harbour))

    rules.submit(a_draft())

    assert letters() == []


def test_a_student_without_an_address_gets_no_letter(a_draft, victor):
    application = a_draft(contact="+254 700 000 001")
    rules.submit(application)

    rules.ask(application, "Which term?", by=victor)

    assert {letter.to for letter in letters()} == {"victor@example.org"}


@pytest.fixture
def in_review(a_draft, victor):
    application = a_draft(contact="Zawadi@Example.org")
    rules.submit(application)
    rules.take_into_review(application, by=victor)
    return application


def test_a_question_is_told_with_its_words(in_review, victor):
    rules.ask(in_review, "Which term does it cover?", by=victor)

    letter = letters("zawadi@example.org")[0]
    assert letter.subject == "There is a question for you"
    assert "Which term does it cover?" in letter.text
    assert "http://localhost/apply/resume" in letter.text


@pytest.mark.parametrize(
    ("reason", "subject", "words"),
    [
        (Reason.SCHOOL_CONFIRMED, "Your application was accepted", "said yes"),
        (Reason.OUT_OF_SCOPE, "About your application", "does not support this kind of study"),
    ],
)
def test_a_decision_is_told_once_two_agree(in_review, victor, vera, reason, subject, words):
    rules.decide(in_review, reason, note="Between us.", by=victor)
    assert letters("zawadi@example.org") == []

    rules.decide(in_review, reason, by=vera)

    letter = letters("zawadi@example.org")[0]
    assert letter.subject == subject
    for body in (letter.text, letter.html):
        assert words in body
        assert "Between us." not in body
        assert "Victor" not in body
