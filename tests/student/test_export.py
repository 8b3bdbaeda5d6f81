"""The applications as a table, without who the students are."""

import csv
import io

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.kit import db, sheets
from campaigns.student.states import Stage
from tests.cast.browser import submit

LIST = "/a/lantern/applications"


def table(browser, ending="csv", **form):
    answer = submit(browser, LIST, to=f"{LIST}.{ending}", **form)
    assert answer.status_code == 200
    return answer


def test_every_sent_application_is_a_row(sign_in, victor, an_application):
    sent, _ = an_application(Stage.SUBMITTED), an_application(Stage.DRAFT)
    rows = list(csv.DictReader(io.StringIO(table(sign_in(victor)).text)))
    assert [row["application"] for row in rows] == [sent.ref]
    assert (rows[0]["stage"], rows[0]["costs"], rows[0]["asked"]) == ("submitted", "2", "1025.50")


def test_a_workbook_says_the_same(sign_in, victor, an_application):
    sent = an_application(Stage.SUBMITTED)
    rows = list(sheets.read_xlsx(table(sign_in(victor), "xlsx").data, max_rows=10))
    assert rows[0][1]["application"] == sent.ref


def test_one_stage_only(sign_in, victor, an_application):
    an_application(Stage.SUBMITTED), an_application(Stage.APPROVED)
    rows = list(csv.DictReader(io.StringIO(table(sign_in(victor), stage="approved").text)))
    assert [row["stage"] for row in rows] == ["approved"]


def test_nobody_s_name_is_in_it(sign_in, victor, an_application):
    an_application(Stage.SUBMITTED)
    assert "Canary" not in table(sign_in(victor)).text


def test_that_it_was_taken_out_is_noted(sign_in, victor, an_application):
    table(sign_in(victor))
    assert "application.exported" in db.session.scalars(sa.select(AuditEntry.action)).all()


def test_no_spreadsheet_runs_a_cell(sign_in, victor, an_application):
    an_application(Stage.SUBMITTED, alias="=1+1")
    assert ",'=1+1," in table(sign_in(victor)).text


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_other_endings_are_not_there(sign_in, victor, lantern, ending):
    assert submit(sign_in(victor), LIST, to=f"{LIST}.{ending}").status_code == 404
