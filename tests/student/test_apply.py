"""A student applies on a phone: from the list of communities to the page that says how it stands."""

import re

import pytest
from flask.testing import FlaskClient

from campaigns.kit import db
from campaigns.student.models import Application, Identity, Need
from campaigns.student.states import Stage
from tests.cast.browser import submit

ABOUT = {"legal_name": "Zawadi Mwangi", "day": "4", "month": "5", "year": "2012", "contact": ""}
GUARDIAN = {"guardian_name": "Grace Mwangi", "guardian_relation": "mother", "guardian_contact": ""}
COST = {"lines-0-kind": "tuition", "lines-0-label": "Fees", "lines-0-amount": "900", "lines-0-term": "Term 1"}
AGREED = {"student": ["apply", "publish_text"], "guardian": ["apply", "publish_text"]}


def the_application() -> Application:
    return db.session.query(Application).populate_existing().one()


def test_a_minor_applies_from_the_first_page_to_the_last(begin, lantern, school):
    student = begin()
    steps = {
        "about": ABOUT,
        "guardian": GUARDIAN,
        "school": {"school_id": str(school.id), "level": "Secondary, year 3"},
        "place": {"country": "KE", "region": "Western"},
        "needs": COST,
        "story": {"story": "I want to become a nurse."},
        "appearance": {"pick": "Amber Heron", "own": ""},
        "consent": AGREED,
    }
    for step, fields in steps.items():
        url = f"/apply/tasks/{step}" + ("?q=mwangaza" if step == "school" else "")
        answer = submit(student, url, **fields)
        assert (answer.status_code, answer.location) == (303, "/apply/tasks"), step
    assert "To do" not in student.get("/apply/tasks").text

    sent = submit(student, "/apply/tasks/check")

    assert sent.location == "/apply/status"
    assert "It has arrived" in student.get("/apply/status").text
    assert the_application().stage is Stage.SUBMITTED
