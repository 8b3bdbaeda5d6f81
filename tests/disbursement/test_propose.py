"""The treasurer proposes what goes to which school."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import Campaign
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.rules.propose import NotEnoughMoney, NothingToPay, SeveralSchools, TooMuchForLine
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import crypto, db
from campaigns.kit.errors import NotAllowed, Refused, SecondFactorNeeded
from campaigns.kit.money import Money
from campaigns.ledger.models import Movement
from tests.disbursement.helpers import lines_of


def test_a_proposal_names_school_lines_and_proposer_and_moves_nothing(a_funded_campaign, tomas, school, eur):
    campaign = a_funded_campaign()
    tuition, books = lines_of(campaign)
    movements = db.session.scalar(sa.select(sa.func.count()).select_from(Movement))
    made = rules.propose(
        campaign, {tuition.id: eur(90_000), books.id: eur(2_550)}, note="Invoice 9", once="form-1", by=tomas
    )
    db.session.commit()
    assert (made.state, made.amount, made.currency, made.school_id) == ("proposed", 92_550, "EUR", school.id)
    assert (made.proposed_by_id, made.note, made.organisation_id) == (tomas.id, "Invoice 9", campaign.organisation_id)
    parts = db.session.execute(sa.select(DisbursementPart.line_id, DisbursementPart.amount)).all()
    assert sorted(parts) == [(tuition.id, 90_000), (books.id, 2_550)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Movement)) == movements
    assert db.session.get_one(Campaign, campaign.id).disbursed == 0
    assert db.session.scalars(sa.select(AuditEntry.action)).all()[-1] == "disbursement.proposed"


def test_only_a_treasurer_proposes(a_funded_campaign, amina, marta, victor, otto, eur):
    campaign = a_funded_campaign()
    for nobody in (amina, marta, victor, otto):
        with pytest.raises(NotAllowed):
            rules.propose(campaign, {lines_of(campaign)[0].id: eur(100)}, once="form-1", by=nobody)


def test_a_treasurer_without_a_second_factor_is_asked_for_it(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign()
    tomas.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.propose(campaign, {lines_of(campaign)[0].id: eur(100)}, once="form-1", by=tomas)


def test_the_same_form_twice_is_one_proposal(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign()
    amounts = {lines_of(campaign)[0].id: eur(50_000)}
    first = rules.propose(campaign, amounts, once="form-1", by=tomas)
    again = rules.propose(campaign, amounts, once="form-1", by=tomas)
    assert again.id == first.id
    assert db.session.query(Disbursement).count() == 1


def test_a_line_is_never_paid_beyond_what_it_needs(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign(200_000)
    books = lines_of(campaign)[1]
    with pytest.raises(TooMuchForLine) as refusal:
        rules.propose(campaign, {books.id: eur(12_551)}, once="form-1", by=tomas)
    assert refusal.value.field == f"line_{books.id}"
    assert "€125.50" in str(refusal.value)


def test_what_is_proposed_already_counts_against_the_line(a_payment, tomas, eur):
    campaign_id = a_payment(amount=50_000).campaign_id
    campaign = db.session.get_one(Campaign, campaign_id)
    with pytest.raises(TooMuchForLine, match=r"€400\.00"):
        rules.propose(campaign, {lines_of(campaign)[0].id: eur(40_001)}, once="form-2", by=tomas)


def test_a_cancelled_proposal_frees_its_lines_and_money(a_payment, tomas, eur):
    made = a_payment(DisbursementState.CANCELLED, amount=90_000)
    campaign = db.session.get_one(Campaign, made.campaign_id)
    assert rules.available(campaign) == eur(102_550)
    again = rules.propose(campaign, {lines_of(campaign)[0].id: eur(90_000)}, once="form-2", by=tomas)
    assert again.state is DisbursementState.PROPOSED


def test_no_more_is_proposed_than_the_campaign_holds(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign(40_000)
    with pytest.raises(NotEnoughMoney, match=r"€400\.00"):
        rules.propose(campaign, {lines_of(campaign)[0].id: eur(40_001)}, once="form-1", by=tomas)


def test_money_proposed_is_not_proposed_again(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign(60_000)
    tuition, books = lines_of(campaign)
    rules.propose(campaign, {tuition.id: eur(55_000)}, once="form-1", by=tomas)
    assert rules.available(campaign) == eur(5_000)
    with pytest.raises(NotEnoughMoney, match=r"€50\.00"):
        rules.propose(campaign, {books.id: eur(5_001)}, once="form-2", by=tomas)


def test_a_campaign_without_money_has_nothing_to_give(a_campaign, tomas, eur):
    campaign = a_campaign()
    assert rules.available(campaign) == eur(0)
    with pytest.raises(NotEnoughMoney):
        rules.propose(campaign, {lines_of(campaign)[0].id: eur(1)}, once="form-1", by=tomas)


def test_an_empty_proposal_is_refused(a_funded_campaign, tomas):
    with pytest.raises(NothingToPay):
        rules.propose(a_funded_campaign(), {}, once="form-1", by=tomas)


def test_a_line_of_another_campaign_is_refused(a_funded_campaign, a_campaign, tomas, eur):
    stranger = lines_of(a_campaign(alias="Blue Kite"))[0]
    with pytest.raises(Refused, match="not in this campaign"):
        rules.propose(a_funded_campaign(), {stranger.id: eur(100)}, once="form-1", by=tomas)


def test_one_payment_goes_to_one_school(a_funded_campaign, tomas, eur):
    campaign = a_funded_campaign()
    other = Organisation(kind=OrganisationKind.SCHOOL, slug="uhuru", name="Uhuru High", country="KE")
    db.session.add(other)
    db.session.flush()
    tuition, books = lines_of(campaign)
    books.school_id = other.id
    db.session.flush()
    with pytest.raises(SeveralSchools):
        rules.propose(campaign, {tuition.id: eur(100), books.id: eur(100)}, once="form-1", by=tomas)


@pytest.mark.both_databases
def test_two_proposals_at_once_do_not_share_the_same_money(app, a_funded_campaign, tomas):
    campaign = a_funded_campaign(60_000)
    campaign_id, line_id, email = campaign.id, lines_of(campaign)[0].id, tomas.email
    db.session.commit()
    ready, refusals = Barrier(2), []

    def propose() -> None:
        with app.app_context():
            by = db.session.scalars(accounts.by_email(email)).one()
            by.second_factor = by.reauthenticated = True
            db.session.commit()
            ready.wait()
            try:
                with db.transaction():
                    campaign = db.session.get_one(Campaign, campaign_id)
                    rules.propose(campaign, {line_id: Money(40_000, "EUR")}, once=crypto.token(), by=by)
            except (NotEnoughMoney, TooMuchForLine) as refusal:
                refusals.append(refusal)

    people = [Thread(target=propose) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(refusals) == 1
    assert db.session.query(Disbursement).count() == 1
