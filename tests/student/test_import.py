"""Applications from a file: row by row, each all or nothing, and nobody agrees to anything by it."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, crypto, db, sheets
from campaigns.kit.errors import IllegalMove, NotAllowed, ReauthenticationNeeded
from campaigns.kit.money import Money
from campaigns.student import queries, rules
from campaigns.student.models import Application, Identity, ImportRun
from campaigns.student.rules import bulk, codes
from campaigns.student.rules.bulk import begin, work_off
from campaigns.student.states import Purpose, Stage
from campaigns.student.states.bulk import IMPORT_MOVES, ImportState
from tests.cast.browser import submit

HEADING = "name,birth date,guardian,guardian is,school,country,level,cost 1,kind 1,term 1,amount 1"
ANN = "Ann Canary,2011-05-04,Mary Canary,mother,Mwangaza Secondary,Kenya,Form 3,Fees,tuition,Term 1,450.00"
BOB = "Bob Canary,2003-01-02,,,New School,KE,Year 2,,,,"


@pytest.fixture(autouse=True)
def open_for_applications(lantern):
    lantern.accepts_applications = True
    db.session.commit()


@pytest.fixture
def run(lantern, marta):
    """Take a file with these lines, and work it off."""

    def take(*lines: str, heading: str = HEADING) -> ImportRun:
        data = "\n".join((heading, *lines)).encode()
        begun = bulk.begin_import(lantern, data, once=crypto.token(), by=marta)
        db.session.commit()
        bulk.work_off_imports()
        return db.session.get_one(ImportRun, begun.id, populate_existing=True)

    return take


def applications() -> list[Application]:
    return db.session.query(Application).order_by(Application.id).all()


def test_each_row_becomes_a_draft_with_all_it_says(run, school):
    done = run(ANN, BOB)
    ann, bob = applications()
    identity = db.session.get_one(Identity, ann.id)
    assert (identity.legal_name, identity.born, identity.guardian_name) == (
        "Ann Canary",
        date(2011, 5, 4),
        "Mary Canary",
    )
    assert (ann.stage, ann.school_id, ann.country, ann.is_minor) == (Stage.DRAFT, school.id, "KE", True)
    needs = db.session.scalars(queries.needs_of(ann.id)).all()
    assert [(need.label, need.money) for need in needs] == [("Fees", Money(450_00, "EUR"))]
    assert (bob.school_id, bob.school_name, bob.school_country, bob.is_minor) == (None, "New School", "KE", False)
    assert (done.state, done.rows_total, done.rows_done, done.rows_made) == (ImportState.DONE, 2, 2, 2)


def test_nobody_has_agreed_to_anything_and_nothing_is_sent(run, school):
    run(ANN)
    standings = rules.standings(applications()[0])
    assert not any(standings[purpose].student or standings[purpose].guardian for purpose in Purpose)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        (("2011-05-04", "4/5/2011"), "birth date", "year-month-day"),
        (("2011-05-04", "1811-05-04"), "birth date", "year again"),
        (("Kenya", "Atlantis"), "country", "English name"),
        (("450.00", "much"), "amount 1", ""),
        (("450.00", "0"), "amount 1", ""),
        (("tuition", "bribes"), "kind 1", "tuition, books"),
        (("Term 1", ""), "term 1", "A cost needs"),
        (("Ann Canary", ""), "name", "must not be empty"),
        (("Ann Canary", "A" * 121), "name", "more than 120"),
        (("Form 3", ""), "level", "must not be empty"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_left_out(run, school, change, column, says):
    done = run(ANN.replace(*change), BOB)
    assert [(line, where) for line, where, _ in done.errors] == [(2, column)]
    assert says in done.errors[0][2]
    assert [each.level for each in applications()] == ["Year 2"]
    assert (done.rows_done, done.rows_made) == (2, 1)


def test_a_workbook_is_read_like_a_csv(lantern, marta, school):
    rows = [ANN.split(",")]
    bulk.begin_import(lantern, sheets.xlsx(HEADING.split(","), rows, title="x"), once="x" * 40, by=marta)
    db.session.commit()
    bulk.work_off_imports()
    assert [each.school_id for each in applications()] == [school.id]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "heading"),
        (b"name,birth date,school,country,level\n", "no row"),
        (b"name,school\nAnn,x\n", "missing: birth date, country, level"),
        (b"name,birth date,school,country,level,shoe size\na,b,c,d,e,f\n", "shoe size"),
        (b"PK\x03\x04 broken", "not a workbook"),
        (b"x" * (begin.MOST_BYTES + 1), "2 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(lantern, marta, data, says):
    with pytest.raises(begin.FileRefused, match=says) as refusal:
        bulk.begin_import(lantern, data, once="x" * 40, by=marta)
    assert refusal.value.field == "file"
    assert db.session.query(ImportRun).count() == 0


def test_headings_may_be_written_as_people_do(run, school):
    assert run(ANN, heading=HEADING.replace("birth date", "Birth_Date").upper()).rows_made == 1


@pytest.mark.both_databases
def test_a_double_click_is_one_import(lantern, marta, school):
    data = f"{HEADING}\n{ANN}\n".encode()
    first, second = (bulk.begin_import(lantern, data, once="x" * 40, by=marta) for _ in range(2))
    assert first.id == second.id


def test_who_is_stopped_halfway_goes_on_and_doubles_nothing(lantern, marta, school, monkeypatch):
    monkeypatch.setattr(work_off, "BATCH", 2)
    lines = [ANN.replace("Ann", f"Ann{number}") for number in range(5)]
    begun = bulk.begin_import(lantern, "\n".join((HEADING, *lines)).encode(), once="x" * 40, by=marta)
    db.session.commit()
    with db.transaction():
        assert work_off._some(begun.id)
    work_off._some(begun.id)
    db.session.rollback()  # killed before it could commit
    bulk.work_off_imports()
    done = db.session.get_one(ImportRun, begun.id, populate_existing=True)
    assert (done.rows_made, len(applications())) == (5, 5)
    bulk.work_off_imports()
    assert len(applications()) == 5


def test_the_file_is_not_kept_once_it_is_read_and_was_sealed_before(lantern, marta, school):
    data = f"{HEADING}\n{ANN}\n".encode()
    bulk.begin_import(lantern, data, once="x" * 40, by=marta)
    db.session.commit()
    stored = db.session.execute(sa.text("SELECT content FROM application_import")).scalar_one()
    assert "Canary" not in stored
    bulk.work_off_imports()
    assert db.session.execute(sa.text("SELECT content FROM application_import")).scalar_one() is None


def test_the_codes_open_the_drafts(run, marta, school):
    marta.reauthenticated = True
    done = run(ANN, BOB)
    given = bulk.codes_of(done, by=marta)
    assert [line for line, _, _ in given] == [2, 3]
    for _, ref, code in given:
        assert db.session.scalars(queries.by_code(codes.digest(code))).one().ref == ref
    trail = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "application.import_codes_read" in trail


def test_codes_are_for_who_sent_the_file_with_a_fresh_password(run, marta, amina, school):
    done = run(ANN)
    amina.reauthenticated = True
    with pytest.raises(NotAllowed):
        bulk.codes_of(done, by=amina)
    marta.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        bulk.codes_of(done, by=marta)


def test_after_two_weeks_neither_codes_nor_problems_are_known(run, marta, school):
    marta.reauthenticated = True
    done = run(ANN, ANN.replace("Kenya", "Atlantis"))
    with clock.at(clock.now() + timedelta(days=15)):
        bulk.clear_old_imports()
    assert (done.state, done.secret, done.errors) == (ImportState.CLEARED, None, [])
    with pytest.raises(begin.CodesGone):
        bulk.codes_of(done, by=marta)


@pytest.mark.parametrize("who", ["victor", "safiya", "tomas", "otto", "rita"])
def test_only_advocates_import(request, lantern, who):
    with pytest.raises(NotAllowed):
        bulk.begin_import(lantern, b"", once="x" * 40, by=request.getfixturevalue(who))


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize("target", ImportState)
def test_an_import_takes_the_steps_of_its_table_only(state, target):
    run = ImportRun(state=state)
    if target in IMPORT_MOVES.get(state, frozenset()):
        run.move_to(target)
        assert run.state is target
    else:
        with pytest.raises(IllegalMove):
            run.move_to(target)


def test_it_is_done_on_its_pages(sign_in, marta, lantern, school):
    browser = sign_in(marta)
    file = (io.BytesIO(f"{HEADING}\n{ANN}\n{BOB.replace('KE', 'XX')}\n".encode()), "students.csv")
    sent = submit(browser, "/a/lantern/applications/import", file=file)
    assert sent.status_code == 303
    assert "0 of 2 rows are read" in browser.get(sent.location).text
    bulk.work_off_imports()
    page = browser.get(sent.location).text
    assert "1 draft was made; 1 row was left out" in page
    assert "English name" in page
    assert "3,country," in browser.get(f"{sent.location}/problems.csv").text
    codes_page = submit(browser, sent.location, to=f"{sent.location}/codes")
    assert codes_page.status_code == 200
    assert codes_page.headers["Cache-Control"] == "no-store"
    code = codes_page.text.split('<bdi class="ref">')[1].split("</bdi>")[0]
    assert db.session.scalars(queries.by_code(codes.digest(code))).one().ref == applications()[0].ref


def test_a_wrong_file_is_told_at_its_field(sign_in, marta, lantern):
    file = (io.BytesIO(b"name\nAnn\n"), "students.csv")
    answer = submit(sign_in(marta), "/a/lantern/applications/import", file=file)
    assert answer.status_code == 422
    assert "These columns are missing: birth date" in answer.text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_can_be_sent_back_as_it_is(sign_in, marta, lantern, ending):
    data = sign_in(marta).get(f"/a/lantern/applications/import/template.{ending}").data
    begun = bulk.begin_import(lantern, data, once="x" * 40, by=marta)
    db.session.commit()
    bulk.work_off_imports()
    assert (begun.rows_made, begun.errors) == (1, [])
