"""A payment goes to the school's account in use, and to no other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account import queries as accounts
from campaigns.campaign.models import Campaign
from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.where import AccountChanged, AccountWaits, NoAccount, NotProposed
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.ledger.models import Movement
from campaigns.student.models import SchoolAccount
from campaigns.student.rules import requests
from tests.cast.accounts import IBAN, OTHER_IBAN, pay_at
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed

HOME = "/a/lantern/disbursements"


def release(payment: Disbursement, by) -> None:
    rules.release(payment, bank_reference="TRX 4711", paid_on=clock.today(), by=by)


def account_of(payment: Disbursement) -> SchoolAccount:
    return db.session.scalars(sa.select(SchoolAccount).order_by(SchoolAccount.id.desc()).limit(1)).one()


def test_releasing_keeps_the_account_and_its_fingerprint_never_the_number(a_payment, amina):
    payment = a_payment()
    release(payment, amina)
    db.session.commit()
    assert (payment.account_id, payment.account_print) == (account_of(payment).id, account_of(payment).print)
    row = db.session.execute(sa.text("SELECT * FROM disbursement")).one()
    assert not any(IBAN in str(value) for value in row)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"seconded_by_id": None, "seconded_at": None}, AccountWaits),
        ({"usable_from": clock.now() + timedelta(hours=1)}, AccountWaits),
        (None, NoAccount),
    ],
    ids=["one person only", "three days not over", "none"],
)
def test_without_a_usable_account_nothing_leaves(a_payment, amina, given, refusal):
    payment = a_payment()
    if given is None:
        db.session.execute(sa.update(SchoolAccount).values(state="replaced"))
    else:
        db.session.execute(sa.update(SchoolAccount).values(**given))
    db.session.commit()
    with pytest.raises(refusal):
        release(payment, amina)
    db.session.rollback()
    assert db.session.query(Movement).filter_by(kind="disbursement").count() == 0


def test_a_proposal_for_the_old_account_is_held_until_somebody_has_looked(a_payment, tomas, amina):
    payment = a_payment()
    pay_at(db.session.get_one(Campaign, payment.campaign_id), OTHER_IBAN)
    db.session.commit()
    with pytest.raises(AccountChanged):
        release(payment, amina)
    db.session.rollback()
    rules.look_again(payment, by=tomas)
    release(payment, amina)
    assert payment.account_id == account_of(payment).id


def test_who_looked_again_is_not_the_second_person(a_payment, a_user, lantern):
    from campaigns.account.states import Role

    other = a_user("Tessa", (Role.TREASURER, lantern))
    payment = a_payment()
    rules.look_again(payment, by=other)
    with pytest.raises(NotAllowed):
        release(payment, other)
    payment.released_by_id = other.id
    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        db.session.flush()


def test_looking_again_is_for_treasurers_and_for_proposals(a_payment, amina, tomas):
    payment = a_payment(DisbursementState.CANCELLED)
    with pytest.raises(NotAllowed):
        rules.look_again(payment, by=amina)
    with pytest.raises(NotProposed):
        rules.look_again(payment, by=tomas)


def test_who_proposes_has_shown_the_password_lately(a_payment, a_funded_campaign, tomas):
    campaign = a_funded_campaign()
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        a_payment(campaign=campaign)


def test_the_release_page_shows_where_to_pay_and_the_payment_shows_that_it_changed(a_payment, tomas, amina, sign_in):
    payment = a_payment()
    url = f"{HOME}/{payment.ref}"
    assert "DE89 3704 0044 0532 0130 00" in sign_in(amina).get(f"{url}/release").text
    pay_at(db.session.get_one(Campaign, payment.campaign_id), OTHER_IBAN)
    db.session.commit()
    browser = sign_in(tomas)
    assert "account has changed" in browser.get(url).text
    assert submit(browser, url, to=f"{url}/look-again").status_code == 303
    after = browser.get(url).text
    assert "account has changed" not in after
    assert f"… {OTHER_IBAN[-4:]}" in after
    assert OTHER_IBAN not in after


@pytest.mark.both_databases
def test_an_objection_at_the_same_moment_lets_nothing_leave_afterwards(app, a_payment, amina, safiya):
    payment = a_payment()
    payment_id, account_id = payment.id, account_of(payment).id
    emails = amina.email, safiya.email
    db.session.commit()

    def somebody(email):
        by = db.session.scalars(accounts.by_email(email)).one()
        by.second_factor = by.reauthenticated = True
        return by

    def leave():
        release(db.session.get_one(Disbursement, payment_id), somebody(emails[0]))

    def stop():
        account = db.session.get_one(SchoolAccount, account_id)
        requests.stop_account(account, reason="No.", by=somebody(emails[1]))

    left, stopped = at_once(app, committed(leave), committed(stop))
    assert stopped is None
    moved = db.session.query(Movement).filter_by(kind="disbursement").one_or_none()
    assert (left is None) == (moved is not None)
    assert left is None or isinstance(left, NoAccount)
    assert rules.problems() == []
