"""A school confirms the place, each cost, its fee note and its account, on a page of its own."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import OrganisationDomain
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed, ReauthenticationNeeded
from campaigns.student import queries
from campaigns.student.models import (
    Document,
    Need,
    NeedConfirmation,
    SchoolAccount,
    SchoolConfirmation,
)
from campaigns.student.rules import requests as rules
from campaigns.student.states import ACCOUNT_MOVES, AccountState, Source, Stage
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.student.conftest import fresh

PDF = b"%PDF-1.4\n% fee note\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IBAN, OTHER = "DE89370400440532013000", "GB82WEST12345698765432"
WHO = {"answer": "yes", "name": "Olive Officer", "position": "Bursar", "level": "Form 3", "since": "January 2026"}


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW)


@pytest.fixture
def amounts(application) -> dict[str, str]:
    """The costs as the student told them, by the names of the boxes."""
    needs = db.session.scalars(queries.needs_of(application.id)).all()
    return {f"need_{need.id}": need.money.major for need in needs}


@pytest.fixture
def link(application, asked) -> str:
    return asked(application, "school")


def answers() -> list[SchoolConfirmation]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(SchoolConfirmation)))


def confirmed(application) -> dict[str, int]:
    db.session.rollback()
    rows = db.session.scalars(queries.confirmed_needs([application.id])).all()
    return {db.session.get_one(Need, row.need_id).label: row.confirmed for row in rows}


def account() -> SchoolAccount:
    db.session.rollback()
    return db.session.scalars(sa.select(SchoolAccount).order_by(SchoolAccount.id.desc())).first()


class TestThePage:
    def test_it_shows_what_has_to_be_confirmed_and_no_more(self, client, link):
        page = client.get(link).text
        for word in ("Canary Legalname", "Mwangaza Secondary", "Secondary, year 3", "900.00", "125.50"):
            assert word in page
        for word in ("Amber Heron", "nurse", "2011", "Canary Guardian", "canary.contact"):
            assert word not in page

    def test_confirmed_as_it_is(self, application, client, link, amounts):
        assert submit(client, link, **WHO, **amounts).status_code == 303
        (said,) = answers()
        assert (said.attends, said.name, said.position, said.level, said.since) == (
            True, "Olive Officer", "Bursar", "Form 3", "January 2026",
        )  # fmt: skip
        assert confirmed(application) == {"Tuition": 90_000, "Books": 12_550}

    def test_corrected_and_not_charged(self, application, client, link, amounts, victor, sign_in):
        first, second = amounts
        submit(client, link, **WHO, **amounts | {first: "850", second: ""})
        assert confirmed(application) == {"Tuition": 85_000, "Books": 0}
        page = sign_in(victor).get(f"/a/lantern/applications/{application.ref}/people").text
        assert "€850.00" in page
        assert "the student said" in page
        assert "Olive Officer" in page

    def test_no_place_needs_only_who_says_so(self, application, client, link):
        assert submit(client, link, answer="no", name="Olive Officer", position="Bursar").status_code == 303
        assert [each.attends for each in answers()] == [False]
        assert confirmed(application) == {}

    def test_a_no_without_a_name_is_none(self, client, link):
        assert submit(client, link, answer="no").status_code == 422
        assert not answers()

    def test_not_the_one_to_answer(self, client, link):
        assert submit(client, link, answer="wrong_person").status_code == 303
        assert not answers()

    def test_the_fee_note_is_kept_sealed_as_from_the_school(self, application, client, link, amounts):
        note = (BytesIO(PDF), "invoice of Canary Legalname.pdf")
        assert submit(client, link, **WHO, **amounts, fee_note=note).status_code == 303
        paper = db.session.scalars(sa.select(Document)).one()
        assert (paper.application_id, paper.source) == (application.id, Source.SCHOOL)

    def test_what_is_no_paper_is_refused_and_nothing_is_kept(self, client, link, amounts):
        answer = submit(client, link, **WHO, **amounts, fee_note=(BytesIO(b"MZ program"), "fee.pdf"))
        assert answer.status_code == 422
        assert "Olive Officer" in answer.text
        assert not answers()

    def test_a_paper_that_a_browser_forgets_is_asked_for_again(self, client, link, amounts):
        note = (BytesIO(PDF), "fees.pdf")
        answer = submit(client, link, **WHO, **amounts, fee_note=note, holder="School", iban="DE00370400440532013000")
        assert answer.status_code == 422
        assert "Choose the file once more" in answer.text

    def test_an_amount_that_cannot_be_read_is_said_at_its_box(self, client, link, amounts):
        answer = submit(client, link, **WHO, **dict.fromkeys(amounts, "a lot"))
        assert answer.status_code == 422
        assert not answers()

    def test_costs_that_changed_meanwhile_are_shown_anew(self, application, client, link, amounts):
        need = db.session.scalars(queries.needs_of(application.id)).first()
        said = rules.SchoolAnswer(True, "Olive", "Bursar", amounts={need.id: need.amount})
        with pytest.raises(rules.school.CostsChanged):
            rules.confirm_enrolment(link.rpartition("/")[2], said)

    def test_the_typed_school_becomes_the_one_that_answered(self, application, client, asked, school, victor, office):
        application.school_id, application.school_name, application.school_country = None, "Mwangaza", "KE"
        db.session.commit()
        made = rules.ask_school(application, office, school_id=school.id, once="once", by=victor)
        assert made.url is None
        db.session.commit()
        from tests.cast.letters import link_to

        needs = {f"need_{need.id}": "1" for need in db.session.scalars(queries.needs_of(application.id))}
        submit(client, link_to(office, "/school/"), **WHO, **needs)
        assert fresh(application).school_id == school.id
        assert fresh(application).school_name is None

    @pytest.mark.both_databases
    def test_sent_by_four_at_once_it_counts_once(self, app, application, link):
        amounts = {need.id: need.amount for need in db.session.scalars(queries.needs_of(application.id))}
        said = rules.SchoolAnswer(True, "Olive", "Bursar", amounts=amounts, bank=rules.BankDetails("School", IBAN))
        token = link.rpartition("/")[2]
        done = at_once(app, *[committed(lambda: rules.confirm_enrolment(token, said))] * 4)
        assert sorted(type(each).__name__ for each in done) == ["LinkSpent"] * 3 + ["NoneType"]
        assert len(answers()) == 1
        assert db.session.query(NeedConfirmation).count() == 2
        assert db.session.query(SchoolAccount).count() == 1


class TestTheAccount:
    @pytest.fixture
    def told(self, client, link, amounts) -> SchoolAccount:
        submit(client, link, **WHO, **amounts, holder="Mwangaza School", iban="DE89 3704 0044 0532 0130 00")
        return account()

    def test_it_waits_for_a_treasurer(self, told):
        assert (told.state, told.iban, told.usable_from) == (AccountState.PROPOSED, IBAN, None)

    def test_it_is_sealed_in_the_database(self, told):
        row = db.session.execute(sa.text("SELECT holder, iban FROM school_account")).one()
        assert "Mwangaza" not in row[0]
        assert IBAN not in row[1]

    def test_wrong_check_digits_are_refused_at_the_field(self, client, link, amounts):
        answer = submit(client, link, **WHO, **amounts, holder="School", iban="DE00370400440532013000")
        assert answer.status_code == 422
        assert "check digits" in answer.text
        assert not answers()

    def test_an_account_needs_its_holder(self, client, link, amounts):
        answer = submit(client, link, **WHO, **amounts, iban=IBAN)
        assert answer.status_code == 422
        assert "account holder" in answer.text.lower()

    def test_where_there_are_no_ibans_number_and_bank_do(self, client, link, amounts):
        submit(client, link, **WHO, **amounts, holder="School", number="0123456", bank="Equity Bank, Kakamega")
        assert (account().iban, account().number, account().bank) == (None, "0123456", "Equity Bank, Kakamega")

    def test_a_treasurer_confirms_it_for_three_days_on(self, told, tomas, sign_in):
        page = "/a/lantern/school-accounts"
        client = sign_in(tomas)
        assert "DE89 3704 0044 0532 0130 00" in client.get(page).text
        assert submit(client, page, to=f"{page}/{told.id}/confirm").status_code == 303
        now = account()
        assert (now.state, now.confirmed_by_id) == (AccountState.CONFIRMED, tomas.id)
        assert now.usable_from - now.confirmed_at == rules.accounts.WAITS

    def test_a_treasurer_refuses_it(self, told, tomas):
        rules.refuse_account(told, by=tomas)
        assert told.state is AccountState.REFUSED
        with pytest.raises(IllegalMove):
            rules.confirm_account(told, by=tomas)

    def test_nobody_else_refuses_it(self, told, rita):
        with pytest.raises(NotAllowed):
            rules.refuse_account(told, by=rita)

    def test_it_asks_for_a_fresh_password(self, told, tomas):
        tomas.reauthenticated = False
        with pytest.raises(ReauthenticationNeeded):
            rules.confirm_account(told, by=tomas)

    def test_who_asked_the_school_does_not_confirm(self, told, tomas):
        told.proposed_by_id = tomas.id
        db.session.commit()
        with pytest.raises(NotAllowed):
            rules.confirm_account(account(), by=tomas)

    @pytest.mark.both_databases
    def test_nor_would_the_database_let_them(self, told, tomas):
        now = clock.now()
        said = {"state": "confirmed", "proposed_by_id": tomas.id, "confirmed_by_id": tomas.id}
        by_hand = sa.update(SchoolAccount).values(**said, confirmed_at=now, usable_from=now + rules.accounts.WAITS)
        with pytest.raises(IntegrityError, match="two_people"):
            db.session.execute(by_hand)

    def test_others_of_the_team_do_not(self, told, amina):
        with pytest.raises(NotAllowed):
            rules.confirm_account(told, by=amina)

    @pytest.mark.both_databases
    def test_a_new_one_takes_the_place_of_the_old(self, told, application, asked, client, amounts, tomas):
        rules.confirm_account(told, by=tomas)
        db.session.commit()
        submit(client, asked(application, "school"), **WHO, **amounts, holder="Mwangaza School", iban=OTHER)
        second = account()
        assert second.iban == OTHER
        rules.confirm_account(second, by=tomas)
        db.session.commit()
        states = db.session.scalars(sa.select(SchoolAccount.state).order_by(SchoolAccount.id)).all()
        assert states == [AccountState.REPLACED, AccountState.CONFIRMED]

    def test_the_same_one_again_is_nothing_new(self, told, application, asked, client, amounts, tomas):
        rules.confirm_account(told, by=tomas)
        db.session.commit()
        submit(client, asked(application, "school"), **WHO, **amounts, holder="Mwangaza School", iban=IBAN)
        assert len(answers()) == 2
        assert db.session.query(SchoolAccount).count() == 1

    @pytest.mark.parametrize("state", list(AccountState))
    @pytest.mark.parametrize("target", list(AccountState))
    def test_only_the_arrows_of_the_table_can_be_taken(self, state, target):
        row = SchoolAccount(state=state)
        if target in ACCOUNT_MOVES.get(state, ()):
            row.move_to(target)
            assert row.state is target
        else:
            with pytest.raises(IllegalMove):
                row.move_to(target)


@pytest.mark.both_databases
def test_a_cost_that_is_taken_away_takes_its_confirmation_with_it(application, client, link, amounts):
    submit(client, link, **WHO, **amounts)
    db.session.execute(sa.delete(Need).where(Need.label == "Books"))
    db.session.commit()
    assert confirmed(application) == {"Tuition": 90_000}


def test_a_domain_of_another_school_is_no_help(application, school, a_college, office):
    db.session.add(OrganisationDomain(organisation_id=a_college[0].id, domain="nursing.example"))
    db.session.commit()
    with pytest.raises(rules.ask.NotItsDomain):
        rules.ask_school(application, "office@nursing.example", once="once", by=None)
