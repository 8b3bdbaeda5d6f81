"""Two people agree to where a school is paid, all are told at once, and anyone of them can stop it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.states import Role
from campaigns.kit import clock, db
from campaigns.kit.errors import IllegalMove, NotAllowed, ReauthenticationNeeded, SecondFactorNeeded
from campaigns.student.models import SchoolAccount
from campaigns.student.rules import requests as rules
from campaigns.student.rules.requests.accounts import NotConfirmed
from campaigns.student.states import AccountState
from tests.cast.accounts import IBAN, pay_at
from tests.cast.browser import submit
from tests.cast.letters import letters_to

PAGE = "/a/lantern/school-accounts"


@pytest.fixture
def told(a_campaign, tomas, amina) -> SchoolAccount:
    """An account that the school has told and nobody has confirmed."""
    nobody = {"confirmed_by_id": None, "confirmed_at": None, "usable_from": None}
    account = pay_at(a_campaign(), state=AccountState.PROPOSED, seconded_by_id=None, seconded_at=None, **nobody)
    db.session.commit()
    return account


@pytest.fixture
def confirmed(told, tomas) -> SchoolAccount:
    """The same, confirmed by Tomas."""
    rules.confirm_account(told, by=tomas)
    db.session.commit()
    return told


def test_it_is_usable_only_once_two_have_agreed_and_three_days_are_over(confirmed, amina):
    with clock.at(confirmed.usable_from):
        assert not confirmed.usable
    rules.second_account(confirmed, by=amina)
    assert not confirmed.usable
    with clock.at(confirmed.usable_from - timedelta(seconds=1)):
        assert not confirmed.usable
    with clock.at(confirmed.usable_from):
        assert confirmed.usable


def test_who_confirmed_is_not_the_second_person(confirmed, tomas):
    with pytest.raises(NotAllowed, match="somebody else"):
        rules.second_account(confirmed, by=tomas)


def test_nor_is_who_asked_the_school(confirmed, safiya):
    confirmed.proposed_by_id = safiya.id
    db.session.commit()
    with pytest.raises(NotAllowed, match="somebody else"):
        rules.second_account(confirmed, by=safiya)


def test_nor_would_the_database_let_them(confirmed, tomas):
    by_hand = sa.update(SchoolAccount).values(seconded_by_id=tomas.id, seconded_at=clock.now())
    with pytest.raises(IntegrityError, match="seconded"):
        db.session.execute(by_hand)


def test_agreeing_asks_for_a_second_factor_and_a_fresh_password(confirmed, amina):
    amina.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.second_account(confirmed, by=amina)
    amina.second_factor, amina.reauthenticated = True, False
    with pytest.raises(ReauthenticationNeeded):
        rules.second_account(confirmed, by=amina)


@pytest.mark.parametrize("person", ["marta", "victor", "otto", "rita"])
def test_others_neither_agree_nor_object(confirmed, request, person):
    with pytest.raises(NotAllowed):
        rules.second_account(confirmed, by=request.getfixturevalue(person))
    with pytest.raises(NotAllowed):
        rules.stop_account(confirmed, reason="No.", by=request.getfixturevalue(person))


def test_what_is_not_confirmed_is_not_agreed_to(told, amina):
    with pytest.raises(NotConfirmed):
        rules.second_account(told, by=amina)


def test_everybody_who_may_object_is_told_at_once_and_no_detail_is_mailed(told, tomas, amina, safiya, marta, victor):
    rules.confirm_account(told, by=tomas)
    for person in (tomas, amina, safiya):
        [letter] = letters_to(person.email)
        assert letter.subject == "Bank details confirmed: Mwangaza Secondary"
        assert "object" in letter.text
        assert IBAN[-4:] not in letter.text + letter.html
    assert letters_to(marta.email) == letters_to(victor.email) == []


def test_one_objection_stops_it_and_is_told_with_its_reason(confirmed, amina, safiya):
    rules.second_account(confirmed, by=amina)
    rules.stop_account(confirmed, reason="The school knows nothing of it.", by=safiya)
    db.session.commit()
    assert (confirmed.state, confirmed.stopped_by_id) == (AccountState.STOPPED, safiya.id)
    with clock.at(confirmed.usable_from):
        assert not confirmed.usable
    assert "The school knows nothing of it." in letters_to(amina.email)[-1].text
    with pytest.raises(IllegalMove):
        rules.stop_account(confirmed, reason="Again.", by=amina)
    with pytest.raises(IllegalMove):
        rules.confirm_account(confirmed, by=amina_as_treasurer(amina))


def amina_as_treasurer(amina):
    """Amina with the treasurer's role as well."""
    from campaigns.account.models import Membership, Organisation

    lantern = db.session.scalars(sa.select(Organisation).where(Organisation.slug == "lantern")).one()
    db.session.add(Membership(user_id=amina.id, organisation_id=lantern.id, role=Role.TREASURER))
    db.session.commit()
    db.session.refresh(amina, ["memberships"])
    return amina


def test_the_pages_lead_through_it(confirmed, amina, safiya, sign_in):
    browser = sign_in(amina)
    assert "New accounts of schools that are not used yet: 1" in browser.get("/a/lantern/").text
    page = browser.get(PAGE).text
    assert "DE89 3704 0044 0532 0130 00" in page
    assert "waits for a second person" in page
    assert submit(browser, PAGE, to=f"{PAGE}/{confirmed.id}/second").status_code == 303
    assert "and by Amina" in browser.get(PAGE).text
    empty = submit(browser, f"{PAGE}/{confirmed.id}/stop", reason=" ")
    assert (empty.status_code, "Say why" in empty.text) == (422, True)
    assert submit(sign_in(safiya), f"{PAGE}/{confirmed.id}/stop", reason="I know nothing of it.").status_code == 303
    assert "No school has told you" in browser.get(PAGE).text
