"""Who a student is stays in its own table: nothing outside this domain can reach it, and no page gives it away."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.kit import db, mail
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from campaigns.student import rules
from campaigns.student.models import Identity
from campaigns.student.states import Reason, Stage
from tests.cast.browser import submit
from tests.cast.panel import vet

ROOT = Path(__file__).parents[2]
OUTSIDE = sorted(
    path
    for path in (ROOT / "campaigns").rglob("*.py")
    if not {ROOT / "campaigns/student", ROOT / "campaigns/migrations"} & set(path.parents)
)
SECRET = {"Identity", "identity_of", "read_identity", "application_identity", "giver_name"}
CANARY = "canary"


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outside_can_name_who_a_student_is(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names |= {getattr(node, field, None) for field in ("id", "attr", "name", "value")} & SECRET
    assert names == set()


def test_no_template_outside_can_either():
    others = [path for path in (ROOT / "templates").rglob("*.html") if "student" not in path.parts]

    assert len(others) > 10
    # What a community is called by law stands in its settings.
    words = {path: path.read_text().replace("form.legal_name", "") for path in others}
    assert not [path for path, text in words.items() if "legal_name" in text or "guardian_name" in text]


def test_the_database_file_holds_no_name(an_application):
    an_application()

    rows = db.session.execute(sa.text("SELECT * FROM application_identity")).all()
    rows += db.session.execute(sa.text("SELECT * FROM consent")).all()

    assert len(rows) == 5
    assert CANARY not in str(rows).lower()


def test_an_identity_is_one_rows_width_away_only_for_its_own_domain():
    assert sa.inspect(Identity).relationships.keys() == ["person_key"]


@pytest.fixture
def decided(an_application, victor, vera):
    application = vet(an_application(Stage.IN_REVIEW), Reason.SCHOOL_CONFIRMED, victor, vera)
    db.session.commit()
    return application


@pytest.mark.parametrize("page", ["", "/{ref}", "/{ref}/consent", "/{ref}/identity"])
def test_no_page_for_the_team_shows_a_name_unasked(sign_in, safiya, decided, page):
    answer = sign_in(safiya).get("/a/lantern/applications" + page.format(ref=decided.ref))

    assert answer.status_code == 200
    assert CANARY not in answer.text.lower()


@pytest.mark.parametrize("page", ["/", "/apply", "/apply/lantern", "/campaigns", "/communities/lantern", "/no/page"])
def test_no_public_page_shows_a_name(client, decided, page):
    assert CANARY not in client.get(page).text.lower()


def test_no_mail_and_no_log_holds_a_name(a_draft, victor, vera, capsys):
    application = a_draft(contact="somebody@example.org")
    rules.submit(application)
    rules.ask(application, "Which term?", by=victor)
    rules.answer(application, "The second.")
    rules.submit(application)
    vet(application, Reason.NEED_NOT_SHOWN, victor, vera)
    db.session.commit()
    notice.deliver()

    letters = [letter.as_string() for letter in mail.inbox()]
    assert len(letters) == db.session.query(Notice).count() == 8
    assert CANARY not in "".join(letters).lower()
    assert CANARY not in "".join(capsys.readouterr()).lower()


def test_the_trail_holds_no_name(decided):
    assert CANARY not in str([row.detail for row in db.session.query(AuditEntry)]).lower()


# ---- Reading it ----


def test_reading_who_it_is_is_noted(an_application, victor):
    application = an_application()

    person = rules.read_identity(application, by=victor)
    db.session.flush()

    assert person.legal_name == "Canary Legalname"
    entry = db.session.query(AuditEntry).filter_by(action="application.identity_read").one()
    assert (entry.actor_id, entry.subject_id) == (victor.id, application.id)


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "otto", "noor", "ada", "mo"])
def test_nobody_reads_it_who_does_not_vet(an_application, request, who):
    with pytest.raises(NotAllowed):
        rules.read_identity(an_application(), by=request.getfixturevalue(who))


def test_the_password_was_shown_lately(an_application, victor):
    victor.reauthenticated = False

    with pytest.raises(ReauthenticationNeeded):
        rules.read_identity(an_application(), by=victor)


def test_the_page_shows_it_when_asked_and_no_cache_keeps_it(sign_in, an_application, victor):
    application = an_application()
    at = f"/a/lantern/applications/{application.ref}/identity"

    answer = submit(sign_in(victor), at)

    assert "Canary Legalname" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert db.session.query(AuditEntry).filter_by(action="application.identity_read").count() == 1


def test_looking_at_the_page_alone_notes_nothing(sign_in, an_application, victor):
    sign_in(victor).get(f"/a/lantern/applications/{an_application().ref}/identity")

    assert db.session.query(AuditEntry).filter_by(action="application.identity_read").count() == 0
