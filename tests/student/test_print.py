"""The application on paper asks what the steps ask, in their words."""

import html

import pytest
from wtforms import HiddenField, SelectField, SubmitField

from campaigns.kit import db
from campaigns.student import forms
from campaigns.student.forms import printed
from campaigns.student.states import Group
from campaigns.student.wordings import WORDINGS

AT = "/apply/lantern/form"
ELSEWHERE = {
    "own": "writing an alias instead of picking one is the same line on paper",
    "paper": "a file",
    "kind": "of that file",
    "school_id": "a school of the list is written as one that is not",
    "day": "three boxes are one line",
    "month": "as the day",
    "year": "as the day",
}


@pytest.fixture
def page(client, lantern) -> str:
    return html.unescape(client.get(AT).text)


def test_every_step_is_on_paper_but_for_those_that_have_words_of_their_own():
    assert set(Group) - set(printed.STEPS) == {Group.CONSENT, Group.ANSWER}


def asked() -> list[tuple[str, object]]:
    """Every question that any step asks, by its form."""
    every = [forms.EligibilityForm, forms.SchoolForm, *(form for form, _ in printed.STEPS.values())]
    blank = [form(formdata=None, meta={"csrf": False}) for form in every]
    return [(field.name, field) for form in blank for field in form if not isinstance(field, HiddenField | SubmitField)]


def test_every_question_of_every_step_is_there_word_for_word(app, page):
    with app.test_request_context():
        fields = [(name, field) for name, field in asked() if name not in ELSEWHERE]

    assert len(fields) > 20
    assert not [name for name, field in fields if f"<strong>{field.label.text}</strong>" not in page]


def test_what_can_be_chosen_is_there_to_tick(app, page):
    with app.test_request_context():
        lists = [field for name, field in asked() if isinstance(field, SelectField) and name not in ELSEWHERE]
        short = [option.label.text for field in lists if len(list(field)) < 15 for option in field if option.data]

    assert len(short) > 10
    assert not [words for words in short if words not in page]


def test_a_question_that_a_form_gains_has_to_be_on_paper_too(app):
    """Without this, a step could ask more than the paper and nobody would notice."""
    on_paper = {name for _, names in printed.STEPS.values() for name in names}
    with app.test_request_context():
        new = {name for name, _ in asked()} - on_paper - set(ELSEWHERE)

    assert new == {"enrolled", "cannot_pay", "confirmed"}


def test_what_is_agreed_to_stands_there_word_for_word_with_a_line_for_each_signature(page):
    for wording in WORDINGS.values():
        assert wording.student in page
        assert wording.guardian in page
    assert page.count("signature of the student") == page.count("signature of the guardian") == len(WORDINGS)


def test_it_says_how_it_is_handed_in(page):
    assert "http://localhost/apply/lantern/helper" in page


def test_it_is_for_everybody_and_carries_no_session(client, lantern):
    answer = client.get(AT)

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    assert "csrf_token" not in answer.text


def test_a_community_that_takes_none_has_none(client, lantern):
    lantern.accepts_applications = False
    db.session.commit()

    assert client.get(AT).status_code == 404
