"""Break-glass: a reason, exactly fifteen minutes, others told at once, every read noted, seen by a second person."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, SecondFactorNeeded
from campaigns.notice.models import Notice
from campaigns.report.models import BreakGlass
from campaigns.report.rules import glass as rules
from campaigns.report.states import GlassReason
from campaigns.student import rules as students
from campaigns.student.states import DocumentKind, Source, Stage
from tests.cast.browser import submit
from tests.report.conftest import PAPER

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WHY = "A teacher called: the child did not come home."
DANGER = GlassReason.CHILD_IN_DANGER


@pytest.fixture
def application(an_application):
    return an_application(Stage.DECLINED)


@pytest.fixture
def opened(application, ada, safiya, amina):
    """What Ada, an administrator, opened at noon."""
    with clock.at(NOON):
        glass = rules.open_for(application, DANGER, WHY, by=ada)
        db.session.commit()
    return glass


class TestOpening:
    def test_an_administrator_opens_with_a_reason(self, sign_in, ada, application):
        browser = sign_in(ada)
        answer = submit(browser, f"/break-glass/open/{application.ref}", reason="child_in_danger", why=WHY)

        glass = db.session.query(BreakGlass).one()
        assert answer.headers["Location"] == f"/break-glass/{glass.id}"
        assert glass.until - glass.opened_at == timedelta(minutes=15)
        assert glass.why == WHY
        assert "Canary" not in browser.get(f"/break-glass/{glass.id}").text

    @pytest.mark.parametrize("given", [{"reason": ""}, {"why": ""}, {"why": "Urgent."}])
    def test_without_a_reason_nothing_opens_and_nothing_typed_is_lost(self, sign_in, ada, application, given):
        sent = {"reason": "security", "why": WHY} | given
        answer = submit(sign_in(ada), f"/break-glass/open/{application.ref}", **sent)

        assert answer.status_code == 422
        assert db.session.query(BreakGlass).count() == 0
        assert sent["why"] in answer.text

    def test_officers_and_organisers_are_told_at_once_and_nothing_private(self, opened, safiya, amina, application):
        letters = db.session.query(Notice).all()

        assert {letter.to for letter in letters} == {safiya.email, amina.email}
        assert all(application.ref in letter.subject and WHY not in letter.text for letter in letters)

    def test_the_today_page_has_it_until_somebody_has_seen_it(self, sign_in, safiya, opened):
        assert "See what was opened in an emergency" in sign_in(safiya).get("/a/lantern/").text
        rules.acknowledge(opened, by=safiya)
        db.session.commit()
        assert "See what was opened in an emergency" not in sign_in(safiya).get("/a/lantern/").text

    def test_opening_again_while_it_is_open_is_the_same(self, opened, application, ada):
        with clock.at(NOON + timedelta(minutes=5)):
            assert rules.open_for(application, DANGER, WHY, by=ada).id == opened.id
        with clock.at(NOON + timedelta(minutes=16)):
            assert rules.open_for(application, DANGER, WHY, by=ada).id != opened.id

    @pytest.mark.parametrize("who", ["victor", "amina", "marta", "tomas", "otto", "mo", "noor"])
    def test_nobody_else_opens(self, application, request, who):
        person = request.getfixturevalue(who)
        with pytest.raises(NotAllowed):
            rules.open_for(application, DANGER, WHY, by=person)

    def test_it_asks_for_second_factor_and_password(self, application, ada):
        ada.reauthenticated = False
        with pytest.raises(ReauthenticationNeeded):
            rules.open_for(application, DANGER, WHY, by=ada)
        ada.second_factor = False
        with pytest.raises(SecondFactorNeeded):
            rules.open_for(application, DANGER, WHY, by=ada)

    def test_nobody_opens_their_own(self, an_application, safiya):
        with pytest.raises(NotAllowed):
            rules.open_for(an_application(applicant=safiya), DANGER, WHY, by=safiya)

    def test_of_who_was_erased_there_is_nothing_to_open(self, sign_in, application, ada):
        application.person_key.destroy()
        db.session.commit()
        assert sign_in(ada).get(f"/break-glass/open/{application.ref}").status_code == 404

    def test_a_number_leads_to_the_form_and_a_wrong_one_is_said(self, sign_in, application, ada):
        browser = sign_in(ada)
        found = browser.get(f"/break-glass?ref={application.ref.lower()}")
        assert found.headers["Location"] == f"/break-glass/open/{application.ref}"
        assert "There is no application NOSUCH" in browser.get("/break-glass?ref=NOSUCH").text


class TestReading:
    def test_it_is_read_until_the_last_second_of_the_fifteenth_minute(self, opened, ada):
        with clock.at(NOON + timedelta(minutes=14, seconds=59)):
            assert ("Name", "Canary Legalname") in rules.read(opened, by=ada)
        with clock.at(NOON + timedelta(minutes=15)), pytest.raises(rules.Over):
            rules.read(opened, by=ada)

    def test_closed_by_hand_it_is_read_no_more(self, opened, ada):
        with clock.at(NOON + timedelta(minutes=3)):
            rules.end(opened, by=ada)
            db.session.commit()
            with pytest.raises(rules.Over):
                rules.read(opened, by=ada)

    def test_each_read_is_noted_with_what_it_went_through(self, opened, ada, application):
        paper = students.attach(application, PAPER, DocumentKind.OTHER, Source.STUDENT)
        with clock.at(NOON + timedelta(minutes=1)):
            rules.read(opened, by=ada)
            rules.read(opened, by=ada)
            assert rules.read_paper(opened, paper, by=ada) == PAPER
        db.session.commit()

        entries = db.session.query(AuditEntry).filter(AuditEntry.action.like("glass.%read")).all()
        assert [(each.action, each.actor_id, each.detail["glass"]) for each in entries] == [
            ("glass.identity_read", ada.id, opened.id),
            ("glass.identity_read", ada.id, opened.id),
            ("glass.paper_read", ada.id, opened.id),
        ]

    @pytest.mark.parametrize("who", ["safiya", "amina", "victor"])
    def test_only_who_opened_it_reads(self, opened, request, who):
        with clock.at(NOON), pytest.raises(NotAllowed):
            rules.read(opened, by=request.getfixturevalue(who))

    def test_who_opened_it_has_shown_their_password_lately(self, opened, ada):
        ada.reauthenticated = False
        with clock.at(NOON), pytest.raises(ReauthenticationNeeded):
            rules.read(opened, by=ada)

    def test_the_page_shows_it_when_asked_and_no_cache_keeps_it(self, sign_in, ada, application):
        glass = rules.open_for(application, DANGER, WHY, by=ada)
        db.session.commit()

        answer = submit(sign_in(ada), f"/break-glass/{glass.id}", to=f"/break-glass/{glass.id}/read")

        assert "Canary Legalname" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Who it is was read" in answer.text


class TestAfterwards:
    def test_a_second_person_sees_why_and_what_was_read(self, sign_in, safiya, ada, opened):
        with clock.at(NOON + timedelta(minutes=1)):
            rules.read(opened, by=ada)
        db.session.commit()

        page = sign_in(safiya).get(f"/break-glass/{opened.id}").text

        assert "Ada" in page
        assert WHY in page
        assert "Who it is was read" in page
        assert "Canary" not in page

    def test_they_acknowledge_it_once(self, sign_in, safiya, amina, opened):
        at = f"/break-glass/{opened.id}"
        assert submit(sign_in(safiya), at, to=f"{at}/acknowledge").status_code == 303
        rules.acknowledge(opened, by=amina)
        db.session.commit()

        assert db.session.get_one(BreakGlass, opened.id).acknowledged_by_id == safiya.id

    def test_who_opened_it_does_not(self, application, safiya):
        glass = rules.open_for(application, DANGER, WHY, by=safiya)
        db.session.commit()
        with pytest.raises(NotAllowed):
            rules.acknowledge(glass, by=safiya)

    @pytest.mark.parametrize("who", ["victor", "marta", "tomas", "otto", "mo"])
    def test_others_do_not_even_know_of_it(self, sign_in, request, opened, who):
        assert sign_in(request.getfixturevalue(who)).get(f"/break-glass/{opened.id}").status_code == 404

    def test_closing_asks_for_the_second_factor(self, opened, ada):
        ada.second_factor = False
        with clock.at(NOON), pytest.raises(SecondFactorNeeded):
            rules.end(opened, by=ada)

    @pytest.mark.parametrize("who", ["victor", "marta", "tomas", "otto", "mo", "ada"])
    def test_nobody_else_acknowledges(self, opened, request, who):
        with pytest.raises(NotAllowed):
            rules.acknowledge(opened, by=request.getfixturevalue(who))

    def test_closing_twice_is_closing_once(self, opened, ada):
        with clock.at(NOON + timedelta(minutes=3)):
            rules.end(opened, by=ada)
            rules.end(opened, by=ada)
        assert db.session.query(AuditEntry).filter_by(action="glass.ended").count() == 1


@pytest.mark.both_databases
class TestTheDatabaseSaysItToo:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"ended_at": NOON - timedelta(seconds=1)}, "ended"),
            ({"acknowledged_at": NOON}, "acknowledged"),
        ],
    )
    def test_no_row_says_otherwise(self, opened, change, rule):
        with pytest.raises(sa.exc.IntegrityError, match=rule):
            db.session.execute(sa.update(BreakGlass).values(**change))

    def test_nor_that_somebody_acknowledged_their_own(self, opened, ada):
        values = {"acknowledged_by_id": ada.id, "acknowledged_at": NOON}
        with pytest.raises(sa.exc.IntegrityError, match="two_people"):
            db.session.execute(sa.update(BreakGlass).values(**values))

    def test_the_reason_lies_sealed(self, opened):
        assert WHY not in str(db.session.execute(sa.text("SELECT * FROM break_glass")).all())
