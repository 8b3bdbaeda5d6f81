"""A student gets all that is held about them in one file, and nothing of anybody else."""

import io
import json
import tracemalloc
import zipfile

import pytest

from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.report.rules import export
from campaigns.student import rules
from campaigns.student.states import DocumentKind, Source, Stage
from tests.cast.browser import submit
from tests.report.conftest import PAPER, TEXT


def opened(file) -> dict[str, bytes]:
    with io.BytesIO(file) if isinstance(file, bytes) else file as source, zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_student_downloads_it_and_no_cache_keeps_it(hold, student):
    answer = submit(hold(student), "/apply/data")

    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"vouch-{student.ref}.zip" in answer.headers["Content-Disposition"]
    assert set(opened(answer.data)) == {"data.json", "index.html", "papers/1-fee_note.pdf", "pictures/1.webp"}


def test_it_holds_what_was_written_agreed_decided_published_and_paid(student):
    files = opened(export.for_student(student))
    told = json.loads(files["data.json"])
    rows = {name: table["rows"] for name, table in told["tables"].items()}

    assert rows["application_identity"][0]["legal_name"] == "Canary Legalname"
    assert rows["application"][0]["story"] == "Canary story"
    assert (rows["application_question"][0]["text"], rows["application_question"][0]["answer"]) == (
        "Canary question",
        "Canary answer",
    )
    assert rows["application_decision"][0]["note"] == "Canary note"
    assert [each["event"] for each in rows["consent"]] == ["given", "checked"] * 2
    assert rows["consent"][0]["wording"] == "I agree."
    assert len(rows["need"]) == 2
    assert told["campaigns"][0]["title"] == told["updates"][0]["body"] == told["letters"][0]["body"] == TEXT
    assert files["papers/1-fee_note.pdf"] == PAPER


def test_a_person_can_read_it_without_any_program(student):
    page = opened(export.for_student(student))["index.html"].decode()

    assert "Canary Legalname" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_a_student_wrote_runs_nothing_in_it(student):
    student.story = "<script>alert(1)</script>"
    db.session.commit()

    page = opened(export.for_student(student))["index.html"].decode()

    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_nobody_elses_name_or_address_is_in_it(student, an_application, victor, amina, safiya):
    other = an_application(Stage.IN_REVIEW, alias="Blue Otter")
    other.story = "Somebody else's story"
    db.session.commit()

    files = opened(export.for_student(student))
    everything = b"".join(data for name, data in files.items() if name != "pictures/1.webp").decode()

    for person in (victor, amina, safiya):
        assert person.name not in everything.split()
        assert person.email not in everything
    assert other.ref not in everything
    assert "Somebody else" not in everything
    assert student.code_hash not in everything


def test_the_trail_says_what_when_and_in_which_role(student, safiya, victor):
    rules.read_identity(student, by=victor)
    db.session.commit()

    trail = json.loads(opened(export.for_student(student))["data.json"])["trail"]

    assert {"action": "application.identity_read", "by": "vetter"}.items() <= trail[-2].items()
    assert {"action": "application.exported", "by": "you, or a timer"}.items() <= trail[-1].items()


def test_without_an_application_in_the_browser_there_is_nothing(client):
    assert client.get("/apply/data").headers["Location"] == "/apply/resume"
    assert client.get("/apply/data/erase").headers["Location"] == "/apply/resume"


def test_an_officer_makes_it_for_a_student_and_it_is_noted(sign_in, safiya, student):
    answer = submit(sign_in(safiya), f"/a/lantern/applications/{student.ref}/data")

    assert "data.json" in opened(answer.data)
    entry = db.session.query(AuditEntry).filter_by(action="application.exported").one()
    assert (entry.actor_id, entry.subject_id) == (safiya.id, student.id)


@pytest.mark.parametrize("who", ["victor", "amina", "marta", "tomas", "otto", "ada", "noor"])
def test_nobody_else_makes_it(student, request, who):
    with pytest.raises(NotAllowed):
        export.for_officer(student, by=request.getfixturevalue(who))


def test_the_officers_password_was_shown_lately(student, safiya):
    safiya.reauthenticated = False

    with pytest.raises(ReauthenticationNeeded):
        export.for_officer(student, by=safiya)


def test_large_papers_are_written_one_by_one(student):
    paper = PAPER.replace(b"% Canary", b"% " + b"x" * 4 * 2**20 + b"\n% Canary")
    for _ in range(8):
        rules.attach(student, paper, DocumentKind.OTHER, Source.STUDENT)
    db.session.commit()
    tracemalloc.start()
    try:
        export.for_student(student).close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5 * len(paper)
