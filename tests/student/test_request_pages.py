"""The pages behind the links weigh little, run nothing, and are for the treasurer where they are about accounts."""

import gzip
from pathlib import Path

import pytest

from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.rules import requests as rules
from campaigns.student.states import Stage
from tests.student.conftest import fresh

BUDGET = 14 * 1024
CSS = Path("static/css/vouch.css")


def weight(page: bytes) -> int:
    return len(gzip.compress(page)) + len(gzip.compress(CSS.read_bytes()))


@pytest.mark.parametrize("kind", ["referee", "guardian", "school"])
def test_they_fit_a_bad_line(a_draft, client, asked, kind):
    application = a_draft(guardian_contact="grace@example.net")
    shown = client.get(asked(application, kind, "ruth@example.net" if kind == "referee" else ""))
    assert weight(shown.data) <= BUDGET
    assert "<script" not in shown.text


@pytest.mark.parametrize("path", ["people", "people/referee", "people/guardian", "people/school"])
def test_so_do_those_on_which_a_student_asks(a_draft, hold, asked, path):
    application = a_draft()
    for number in range(5):
        asked(application, "referee", f"ruth{number}@example.net")
    shown = hold(application).get(f"/apply/tasks/{path}")
    assert shown.status_code == 200
    assert weight(shown.data) <= BUDGET
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.both_databases
def test_the_treasurer_is_told_today_of_an_account_to_confirm(an_application, asked, sign_in, tomas, amina):
    application = an_application(Stage.IN_REVIEW)
    token = asked(application, "school").rpartition("/")[2]
    amounts = {need.id: need.amount for need in db.session.scalars(queries.needs_of(application.id))}
    bank = rules.BankDetails("School", "DE89370400440532013000")
    rules.confirm_enrolment(token, rules.SchoolAnswer(True, "Olive", "Bursar", amounts=amounts, bank=bank))
    db.session.commit()
    assert "Accounts of schools to confirm: 1" in sign_in(tomas).get("/a/lantern/").text
    assert "Accounts of schools" not in sign_in(amina).get("/a/lantern/").text


@pytest.mark.both_databases
def test_nobody_is_told_today_to_vet_whom_they_vouch_for(an_application, asked, sign_in, victor, vera):
    application = an_application(Stage.SUBMITTED)
    asked(application, "referee", victor.email)
    at = f"/a/lantern/applications/{fresh(application).ref}"
    assert at in sign_in(vera).get("/a/lantern/").text
    assert at not in sign_in(victor).get("/a/lantern/").text
