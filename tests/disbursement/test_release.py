"""A second person releases: the money leaves, the book and the figures follow."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.account.states import Role
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.disbursement.rules.release import AlreadyReleased, NotYet
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed, ReauthenticationNeeded, SecondFactorNeeded
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.notice import rules as notice
from campaigns.student.models import Application, Decision
from campaigns.student.states import Reason, Verdict
from tests.disbursement.helpers import lines_of
from tests.notice.helpers import body, letters


def release(payment: Disbursement, by, paid_on: date | None = None) -> None:
    rules.release(payment, bank_reference="TRX 4711", paid_on=paid_on or clock.today(), by=by)


def test_releasing_moves_the_money_from_the_campaign_to_the_school(a_payment, amina):
    payment = a_payment(amount=50_000)
    release(payment, amina)
    db.session.commit()
    accounts_by_code = {row.code: row.balance for row in db.session.scalars(sa.select(LedgerAccount))}
    assert accounts_by_code[f"campaign:{payment.campaign_id}"] == 52_550
    assert accounts_by_code[f"school:{payment.school_id}:EUR"] == 50_000
    moved = db.session.query(Movement).filter_by(kind="disbursement").one()
    assert (moved.external_id, moved.amount, moved.actor_id) == (payment.ref, 50_000, amina.id)
    assert ledger.problems() == rules.problems() == []


def test_the_figures_of_campaign_and_lines_follow_and_the_page_changes(a_payment, amina):
    payment = a_payment(amount=50_000)
    before = db.session.get_one(Campaign, payment.campaign_id).version
    release(payment, amina)
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (campaign.disbursed, campaign.proven, campaign.version) == (50_000, 0, before + 1)
    assert [line.disbursed for line in lines_of(campaign)] == [50_000, 0]


def test_the_payment_keeps_who_when_and_the_banks_reference(a_payment, amina):
    payment = a_payment()
    yesterday = clock.today() - timedelta(days=1)
    release(payment, amina, yesterday)
    assert (payment.state, payment.released_by_id) == (DisbursementState.RELEASED, amina.id)
    assert (payment.bank_reference, payment.paid_on) == ("TRX 4711", yesterday)


def test_organisers_and_treasurers_are_told_and_nobody_else(a_payment, amina, marta, victor):
    payment = a_payment()
    release(payment, amina)
    db.session.commit()
    notice.deliver()
    first, second = (each for each in letters() if " sent to " in each["Subject"])
    assert (first["To"], second["To"]) == ("amina@example.org", "tomas@example.org")
    text = body(first)
    assert first["Subject"] == "€500.00 sent to Mwangaza Secondary"
    assert f"http://localhost/a/lantern/disbursements/{payment.ref}" in text
    assert "Canary" not in text


def test_nobody_releases_their_own_proposal(a_payment, tomas):
    payment = a_payment()
    with pytest.raises(NotAllowed, match="had a hand"):
        release(payment, tomas)
    assert payment.state is DisbursementState.PROPOSED


def test_the_database_itself_refuses_one_person_on_both_sides(a_payment):
    payment = a_payment(DisbursementState.RELEASED)
    payment.released_by_id = payment.proposed_by_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_who_vetted_a_student_does_not_release_money_for_that_student(a_payment, a_user, lantern):
    both = a_user("Bela", (Role.ORGANISER, lantern), (Role.VETTER, lantern))
    payment = a_payment()
    application = db.session.query(Application).one()
    db.session.add(
        Decision(
            application_id=application.id,
            voter_id=both.id,
            voter_email=both.email_canonical,
            verdict=Verdict.APPROVE,
            reason=Reason.SCHOOL_CONFIRMED,
        )
    )
    db.session.commit()
    with pytest.raises(NotAllowed, match="had a hand"):
        release(payment, both)
    assert [person.name for person in rules.second_people(payment)] == ["Amina"]


def test_who_vetted_another_student_may_release(a_payment, an_application, a_user, lantern):
    both = a_user("Bela", (Role.ORGANISER, lantern), (Role.VETTER, lantern))
    an_application(approved_by=(both,), alias="Blue Kite")
    payment = a_payment()
    release(payment, both)
    assert payment.released_by_id == both.id


@pytest.mark.parametrize("person", ["marta", "victor", "safiya", "otto", "rita"])
def test_other_roles_and_other_communities_release_nothing(a_payment, request, person):
    with pytest.raises(NotAllowed):
        release(a_payment(), request.getfixturevalue(person))


def test_the_second_person_shows_a_second_factor_even_as_an_organiser(a_payment, amina):
    payment = a_payment()
    amina.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        release(payment, amina)


def test_the_second_person_has_shown_the_password_lately(a_payment, amina):
    payment = a_payment()
    amina.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        release(payment, amina)


def test_the_second_half_of_a_double_click_changes_nothing(a_payment, amina):
    payment = a_payment()
    release(payment, amina)
    release(payment, amina)
    assert db.session.query(Movement).filter_by(kind="disbursement").count() == 1
    assert db.session.get_one(Campaign, payment.campaign_id).disbursed == 50_000


def test_a_cancelled_proposal_is_not_released(a_payment, amina):
    with pytest.raises(IllegalMove):
        release(a_payment(DisbursementState.CANCELLED), amina)


def test_a_transfer_is_not_dated_tomorrow(a_payment, amina):
    with pytest.raises(NotYet) as refusal:
        release(a_payment(), amina, clock.today() + timedelta(days=1))
    assert refusal.value.field == "paid_on"


def test_money_that_went_elsewhere_in_the_meantime_is_not_released(a_payment, amina):
    payment = a_payment(amount=50_000)
    code = f"campaign:{payment.campaign_id}"
    bank = ledger.account(f"bank:{payment.organisation_id}:EUR", "EUR")
    refund = Money(60_000, "EUR")
    ledger.move(refund, source=ledger.account(code, "EUR"), target=bank, cause=("refund", "1"))
    db.session.commit()
    with pytest.raises(NotEnoughMoney, match=r"€425\.50"):
        release(payment, amina)
    db.session.rollback()
    assert payment.state is DisbursementState.PROPOSED
    assert db.session.query(Movement).filter_by(kind="disbursement").count() == 0


@pytest.mark.both_databases
def test_of_two_people_releasing_at_once_one_does_and_the_other_is_told(app, a_payment, amina, a_user, lantern):
    bela = a_user("Bela", (Role.ORGANISER, lantern))
    payment_id, ready, told = a_payment().id, Barrier(2), []
    emails = [amina.email, bela.email]
    db.session.commit()

    def act(email: str) -> None:
        with app.app_context():
            by = db.session.scalars(accounts.by_email(email)).one()
            by.second_factor = by.reauthenticated = True
            db.session.get_one(Disbursement, payment_id)
            db.session.commit()
            ready.wait()
            try:
                with db.transaction():
                    release(db.session.get_one(Disbursement, payment_id), by)
            except AlreadyReleased as refusal:
                told.append(str(refusal))

    people = [Thread(target=act, args=[email]) for email in emails]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert told == ["Somebody else has released this payment in the meantime; there is nothing left to do."]
    assert db.session.query(Movement).filter_by(kind="disbursement").count() == 1
    db.session.expire_all()
    assert db.session.query(Campaign).one().disbursed == 50_000
    assert db.session.query(BudgetLine).order_by(BudgetLine.id).first().disbursed == 50_000
    assert rules.problems() == []
