"""A student who is erased is gone from every table, file and page; the book stays, and a restore brings nobody back."""

import json

import pytest
import sqlalchemy as sa

from campaigns.ask.models import Letter
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.cli import check
from campaigns.file.models import File
from campaigns.kit import db, journal, storage
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.ledger.models import Movement
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from campaigns.pledge.models import Pledge
from campaigns.report.rules import erase
from campaigns.student import queries
from campaigns.student.models import Application, Consent, Document, Need, PersonKey, Question
from campaigns.student.states import Stage
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.browser import submit
from tests.report.conftest import CODE


def erased(student: Application) -> Application:
    erase.by_student(student, code=CODE, word="erase")
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(Application, student.id)


def everything() -> str:
    """All rows of all tables, as they are stored."""
    found = []
    for table in db.Base.metadata.sorted_tables:
        columns = [sa.type_coerce(column, sa.String) if "VARCHAR" in str(column.type) else column for column in table.c]
        found += [f"{table.name}: {tuple(row)}" for row in db.session.execute(sa.select(*columns))]
    return "\n".join(found)


class TestAsking:
    def test_with_the_word_and_the_code_the_student_is_erased_and_told(self, hold, student):
        browser = hold(student)

        answer = submit(browser, "/apply/data/erase", word="erase", code=CODE)

        assert answer.status_code == 200
        assert "You are erased" in answer.text
        assert student.ref in answer.text
        assert answer.headers["Clear-Site-Data"] == '"cache"'
        assert browser.get("/apply/data").headers["Location"] == "/apply/resume"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"word": "erase", "code": "AAAA-AAAA-AAAA"}, "not the code of this application"),
            ({"word": "yes", "code": CODE}, "to say that you mean it"),
            ({"word": "", "code": CODE}, "Type the word"),
            ({"word": "erase", "code": ""}, "Enter your code"),
        ],
    )
    def test_without_either_nothing_happens_and_the_page_says_why(self, hold, student, given, said):
        answer = submit(hold(student), "/apply/data/erase", **given)

        assert answer.status_code == 422
        assert said in answer.text
        assert db.session.get_one(PersonKey, student.id).wrapped is not None
        assert journal.read() == set()

    def test_an_officer_does_it_for_a_student_who_asks(self, sign_in, safiya, student):
        answer = submit(sign_in(safiya), f"/a/lantern/applications/{student.ref}/erase", word="“Erase”")

        assert answer.status_code == 303
        assert db.session.get_one(PersonKey, student.id).wrapped is None
        assert db.session.query(AuditEntry).filter_by(action="application.erased").one().actor_id == safiya.id

    @pytest.mark.parametrize("who", ["victor", "amina", "tomas", "otto", "ada"])
    def test_nobody_else_does(self, student, request, who):
        with pytest.raises(NotAllowed):
            erase.by_officer(student, word="erase", by=request.getfixturevalue(who))

    def test_the_officers_password_was_shown_lately(self, student, safiya):
        safiya.reauthenticated = False
        with pytest.raises(ReauthenticationNeeded):
            erase.by_officer(student, word="erase", by=safiya)


class TestWhatGoes:
    def test_no_table_holds_anything_of_the_student(self, student):
        paper = db.session.scalars(sa.select(File.key).join(Document)).one()
        erased(student)

        stored = everything()

        assert "Canary" not in stored
        assert "Amber Heron" not in stored
        with pytest.raises(FileNotFoundError):
            storage.current().get(paper)

    def test_papers_questions_and_the_picture_are_gone(self, student, campaign):
        cover = db.session.get_one(File, campaign.cover_id).key
        erased(student)

        assert db.session.query(Document).count() == db.session.query(Question).count() == 0
        assert db.session.get_one(Campaign, campaign.id).cover_id is None
        with pytest.raises(FileNotFoundError):
            storage.current().get(cover)

    def test_the_trail_of_consent_stays_unreadable_and_ends(self, student):
        erased(student)

        trail = db.session.scalars(queries.consents_of(student.id)).all()
        assert len(trail) == 6  # given and checked twice, and both ended
        assert {each.giver_name for each in trail} == {None}
        assert all(each.wording_hash for each in trail)
        assert db.session.scalars(queries.consented(trail[0].purpose)).all() == []
        assert isinstance(trail[0], Consent)

    def test_what_was_public_says_that_it_was_removed(self, student, campaign, letter, client):
        erased(student)

        campaign = db.session.get_one(Campaign, campaign.id)
        update = db.session.query(Update).one()
        assert campaign.title == campaign.story == update.body == "Removed at the student's request"
        assert (update.state, campaign.update_count) == (UpdateState.WITHDRAWN, 0)
        assert db.session.get_one(Letter, letter.id).body == "Removed at the student's request"
        assert "Canary" not in client.get("/c/a-nurse").text + client.get("/asks/ASK1").text

    def test_letters_to_the_student_leave_the_outbox(self, student):
        given = {"key": "application.news", "stage": "approved", "question": "", "reasons": [], "url": "http://x"}
        given |= {"community_name": "Lantern", "why": ""}
        notice.send("canary.contact@example.org", "student/mail/news", **given)
        db.session.commit()

        erased(student)

        assert db.session.query(Notice).filter_by(to="canary.contact@example.org").count() == 0

    def test_its_code_opens_nothing_and_no_list_shows_it(self, student, victor):
        erased(student)

        from campaigns.student import rules

        assert rules.resume(CODE) is None
        assert db.session.scalars(queries.visible_to(victor)).all() == []

    def test_another_browser_that_holds_it_is_let_go(self, hold, student):
        browser = hold(student)
        erased(student)

        assert browser.get("/apply/status").headers["Location"] == "/apply/resume"


class TestWhatStays:
    def test_amounts_terms_and_pledges_stay(self, student, campaign):
        before = [(line.amount, line.term, line.pledged) for line in db.session.query(BudgetLine)]
        application = erased(student)

        lines = db.session.query(BudgetLine).order_by(BudgetLine.id).all()
        assert [(line.amount, line.term, line.pledged) for line in lines] == before
        assert {(line.alias, line.label) for line in lines} == {("A student", "Tuition"), ("A student", "Books")}
        assert db.session.query(Pledge).one().amount == 50_00
        assert {need.label for need in db.session.query(Need)} == {"Tuition", "Books"}
        assert (application.ref, application.stage) == (student.ref, Stage.LEFT)

    def test_the_ledger_is_untouched_and_everything_adds_up(self, student):
        moved = db.session.query(Movement).count()
        erased(student)
        db.session.rollback()

        assert db.session.query(Movement).count() == moved
        db.session.rollback()
        assert check.problems() == []

    def test_the_trail_says_so_with_numbers_only(self, student):
        erased(student)

        entry = db.session.query(AuditEntry).filter_by(action="application.erased").one()
        assert (entry.subject_id, entry.detail, entry.actor_id) == (student.id, {}, None)

    def test_money_that_is_still_here_is_told_to_the_treasurer(self, sign_in, tomas, student):
        erased(student)

        letter = db.session.query(Notice).filter_by(to=tomas.email).one()
        assert student.ref in letter.subject
        assert "Money of students who left" in sign_in(tomas).get("/a/lantern/").text

    def test_of_a_campaign_for_several_what_does_not_name_the_student_stays(
        self, student, campaign, an_application, school
    ):
        other = an_application(Stage.SUPPORTED, needs=[("Books", 100)], alias="Blue Otter")
        need = db.session.query(Need).filter_by(application_id=other.id).one()
        db.session.add(
            BudgetLine(
                campaign_id=campaign.id, need_id=need.id, school_id=school.id, alias="Blue Otter", label="Books",
                kind="books", term="1", amount=100, currency="EUR",
            )
        )  # fmt: skip
        campaign.asked += 100
        said = "Blue Otter and others"
        campaign.concerns_minor = False
        campaign.title = campaign.summary = campaign.story = said
        db.session.commit()

        erased(student)

        assert db.session.get_one(Campaign, campaign.id).story == said
        assert db.session.query(Update).one().body == "Removed at the student's request"  # it named the alias
        assert db.session.query(BudgetLine).filter_by(alias="Blue Otter").one().label == "Books"
        assert db.session.get_one(PersonKey, other.id).wrapped is not None


class TestTwice:
    def test_a_second_time_changes_nothing(self, student, safiya):
        erased(student)
        entries = db.session.query(AuditEntry).count()

        erase.by_officer(db.session.get_one(Application, student.id), word="erase", by=safiya)
        db.session.commit()

        assert db.session.query(AuditEntry).count() == entries
        assert len(journal.read()) == 1

    def test_where_it_fails_midway_nothing_of_it_stays(self, student, monkeypatch):
        monkeypatch.setattr(journal, "write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            erase.by_student(student, code=CODE, word="erase")
        db.session.rollback()
        db.session.expire_all()

        assert db.session.get_one(PersonKey, student.id).wrapped is not None
        assert db.session.query(Document).count() == 1
        storage.current().get(db.session.scalars(sa.select(File.key).join(Document)).one())


@pytest.mark.both_databases
@pytest.mark.parametrize("stage", list(Stage))
def test_whoever_is_at_any_stage_can_be_erased(an_application, stage):
    application = an_application(stage)
    assert erase.forget(application, by=None)
    db.session.commit()

    assert db.session.get_one(PersonKey, application.id).wrapped is None
    assert not erase.forget(application, by=None)


class TestTheJournal:
    def test_it_names_the_number_alone_and_only_its_owner_reads_it(self, app, student, settings):
        erased(student)

        path = settings.instance_path / "erasures.txt"
        assert path.read_text() == f"application {student.ref}\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert storage.current().exists(f"erasures/application-{student.ref.lower()}")

    def test_a_copy_of_it_erases_again(self, app, student, tmp_path):
        copy = tmp_path / "copy.txt"
        copy.write_text(f"application {student.ref}\napplication NOSUCH00\n\n")

        result = app.test_cli_runner().invoke(args=["reapply-erasures", str(copy)])

        assert result.exit_code == 0, result.output
        assert "1 erased again" in result.output
        db.session.expire_all()
        assert db.session.get_one(PersonKey, student.id).wrapped is None

    def test_what_the_store_remembers_is_enough(self, app, student):
        storage.current().put(f"erasures/application-{student.ref.lower()}", b"erased", "text/plain")

        assert "1 erased again" in app.test_cli_runner().invoke(args=["reapply-erasures"]).output

    def test_nobody_is_erased_who_did_not_ask(self, app, student):
        assert "0 erased again" in app.test_cli_runner().invoke(args=["reapply-erasures"]).output
        assert db.session.get_one(PersonKey, student.id).wrapped is not None


def test_it_is_not_in_a_backup(app, student, tmp_path):
    import tarfile

    erased(student)
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backups")])
    assert result.exit_code == 0, result.output
    [path] = (tmp_path / "backups").glob("*.tar.gz")

    with tarfile.open(path) as archive:
        assert not [name for name in archive.getnames() if "erasures" in name]
        manifest = json.load(archive.extractfile("manifest.json"))
    assert not [key for key in manifest["files"] if "erasures" in key]
