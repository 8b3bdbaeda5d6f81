"""Letters: to those who vet without anything personal, to the student only where there is an address."""

import pytest

from campaigns.account.states import Role
from campaigns.kit import db
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.states import Reason
from tests.cast.panel import vet


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
def in_review(a_draft, victor, vera):
    application = a_draft(contact="Zawadi@Example.org")
    rules.submit(application)
    rules.take_into_review(application, by=victor)
    return application


def says_no_more_than_that_there_is_news(letter: Notice) -> bool:
    said = letter.subject + letter.text + letter.html
    told = ("term", "yes", "accepted", "support this", "Victor", "waiting", "question")
    return letter.subject == "There is news about your application" and not [word for word in told if word in said]


def test_of_a_question_only_that_there_is_news(in_review, victor):
    rules.ask(in_review, "Which term does it cover?", by=victor)

    letter = letters("zawadi@example.org")[0]
    assert says_no_more_than_that_there_is_news(letter)
    assert "http://localhost/apply/resume" in letter.text


@pytest.mark.parametrize("reason", [Reason.SCHOOL_CONFIRMED, Reason.OTHERS_FIRST, Reason.OUT_OF_SCOPE])
def test_of_a_decision_only_that_there_is_news(in_review, victor, vera, reason):
    vet(in_review, reason, victor, vera)

    (letter,) = letters("zawadi@example.org")
    assert says_no_more_than_that_there_is_news(letter)


def test_two_are_asked_to_score_by_number_and_link_only(in_review, victor, vera, safiya):
    asked = [letter for letter in letters() if letter.subject == f"Please score application {in_review.ref}"]

    assert [letter.to for letter in asked] == ["victor@example.org", "vera@example.org"]
    assert not [word for word in ("Canary", "Amber", "Mwangaza", "nurse", "Western") if word in asked[0].text]
