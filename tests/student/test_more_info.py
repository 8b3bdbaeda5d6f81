"""What a student changed after a question is shown, and nothing else."""

import pytest

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.student import rules
from campaigns.student.models import Submission
from campaigns.student.rules.vetting.diff import Piece, compared
from campaigns.student.states import NeedKind, Stage
from tests.student.conftest import fresh


@pytest.fixture
def asked(a_draft, victor):
    application = a_draft()
    rules.submit(application)
    rules.take_into_review(application, by=victor)
    rules.ask(application, "Which term?", by=victor)
    return fresh(application)


def again(application) -> list[tuple[str, list[Piece]]]:
    rules.answer(application, "The second.")
    rules.submit(application)
    db.session.commit()
    return rules.what_changed(fresh(application), frozenset({"canary"}))


def test_the_first_time_there_is_nothing_to_compare(a_draft, victor):
    application = a_draft()
    rules.submit(application)

    assert rules.what_changed(fresh(application), frozenset()) == []


def test_what_did_not_change_is_not_shown(asked):
    assert again(asked) == []


def test_each_field_that_changed_is_shown_by_itself(asked):
    rules.save(asked, level="Secondary, year 4")
    rules.set_needs(asked, [rules.Line(NeedKind.TUITION, "Fees", "Term 2", Money(80_000, "EUR"))])

    assert [change.name for change in again(asked)] == ["Level", "What is needed"]


def test_a_story_is_compared_word_by_word(asked):
    rules.save(asked, story="I want to become a good doctor.")

    (change,) = again(asked)
    assert change.pieces == [
        Piece("same", "I want to become a "),
        Piece("gone", "nurse."),
        Piece("new", "good doctor."),
    ]


def test_names_are_taken_out_of_what_changed(asked):
    rules.save(asked, story="I, Cánary, want to become a nurse.")

    assert "▇" in "".join(piece.text for piece in again(asked)[0].pieces)


@pytest.mark.parametrize(("before", "after"), [("", "new words"), ("old words", ""), ("a b c", "c b a")])
def test_both_texts_can_be_read_from_the_comparison(before, after):
    pieces = compared(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_what_was_sent_is_kept_sealed(asked):
    kept = db.session.query(Submission).one()

    assert "nurse" in kept.content
    assert "nurse" not in kept.content_sealed


def test_the_page_marks_what_is_gone_and_new(sign_in, asked, victor):
    rules.save(asked, story="I want to become a doctor.")
    again(asked)

    page = sign_in(victor).get(f"/a/lantern/applications/{asked.ref}").text

    assert "<del>nurse.</del>" in page
    assert "<ins>doctor.</ins>" in page
    assert asked.stage is Stage.SUBMITTED
