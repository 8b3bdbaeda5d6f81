"""What of a student occurs in a text is said without saying it."""

import pytest

from campaigns.student import rules
from campaigns.student.states import Stage

NAME = "A part of the legal name occurs in the text."
GUARDIAN = "A part of the guardian’s name occurs in the text."
CONTACT = "A telephone number or address of the student or guardian occurs in the text."
BORN = "The date of birth occurs in the text."
SCHOOL = "A word of the school’s name occurs in the text."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Amber Heron is the first of five to reach secondary school.", []),
        ("legalname is the first of five.", [NAME]),
        ("LEGÁLNAME, the first.", [NAME]),
        ("Her mother, Ms Guardian, agrees.", [GUARDIAN]),
        ("Write to CANARY.contact@example.org", [CONTACT]),
        ("Call +254 700 000-001.", [CONTACT]),
        ("Call 0700000001 at home.", [CONTACT]),
        ("Born 2011-05-04.", [BORN]),
        ("Born on 4 May 2011.", [BORN]),
        ("Born on 4.5.2011.", [BORN]),
        ("Born on May 4, 2011.", [BORN]),
        ("Born in 2011.", []),
        ("She goes to Mwangaza.", [SCHOOL]),
        ("Any secondary would do.", []),
    ],
)
def test_what_occurs_is_told_by_its_kind(an_application, text, found):
    told = rules.traces([an_application(Stage.APPROVED).id], "A title", text)
    if "CANARY" in text:  # the address begins with a part of both names
        assert set(found) <= set(told)
    else:
        assert told == found


def test_nothing_of_the_student_is_said(an_application):
    told = rules.traces([an_application(Stage.APPROVED).id], "Canary Legalname, Canary Guardian, Mwangaza, 2011-05-04")
    assert len(told) == 4
    assert not any(word in " ".join(told) for word in ("Canary", "Mwangaza", "2011"))
