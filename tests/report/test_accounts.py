"""Somebody with an account gets all that is held about them, and can leave for good."""

import json

import pytest

from campaigns.account.models import Membership, User, UserSession
from campaigns.account.states import Role
from campaigns.audit import rules as audit
from campaigns.kit import crypto, db, journal
from campaigns.report.rules import accounts
from tests.cast.browser import submit
from tests.report.test_addresses import opened


def test_it_tells_the_account_its_roles_and_what_it_did(sign_in, marta):
    audit.record(marta, "campaign.created", marta)
    db.session.commit()

    files = opened(submit(sign_in(marta), "/account/data").data)
    tables = {name: each["rows"] for name, each in json.loads(files["data.json"])["tables"].items()}

    assert tables["account_user"][0]["email"] == "marta@example.org"
    assert [(each["name"], each["role"]) for each in tables["membership"]] == [("Lantern", "member")]
    assert {"campaign.created", "account.exported"} <= {each["action"] for each in tables["audit_entry"]}
    assert len(tables["account_session"]) == 1
    assert b"argon2" not in files["data.json"]


def test_whoever_leaves_is_gone_and_what_they_did_stays(sign_in, client, marta):
    browser = sign_in(marta)
    answer = submit(browser, "/account/data", to="/account/data/erase", word="erase")
    db.session.expire_all()

    gone = db.session.get_one(User, marta.id)
    assert "You are erased" in answer.text
    assert (gone.name, gone.email) == ("Somebody who left", f"account-{gone.id}@erased.invalid")
    assert gone.disabled_at is not None
    assert db.session.query(Membership).filter_by(user_id=gone.id).one().ended_at is not None
    assert db.session.query(UserSession).filter_by(user_id=gone.id).count() == 0
    assert browser.get("/account").status_code in {302, 303}
    assert journal.read() == {f"account {crypto.fingerprint('marta@example.org')}"}


def test_the_last_organiser_names_another_one_first(sign_in, amina):
    answer = submit(sign_in(amina), "/account/data", to="/account/data/erase", word="erase")

    assert answer.status_code == 422
    assert "last organiser" in answer.text
    assert db.session.get_one(User, amina.id).disabled_at is None
    assert journal.read() == set()


def test_with_another_organiser_they_may(amina, a_user, lantern):
    a_user("Sara", (Role.ORGANISER, lantern))
    accounts.erase(amina)
    assert amina.disabled_at is not None


def test_it_asks_for_the_password_again(sign_in, marta):
    browser = sign_in(marta, second_factor=False)
    db.session.query(UserSession).update({"reauthenticated_at": None})
    db.session.commit()
    assert browser.get("/account/data").headers["Location"].startswith("/account/reauthenticate")


@pytest.mark.parametrize("word", ["", "no"])
def test_without_the_word_nothing_happens(sign_in, marta, word):
    answer = submit(sign_in(marta), "/account/data", to="/account/data/erase", word=word)
    assert answer.status_code == 422
    assert db.session.get_one(User, marta.id).disabled_at is None


def test_after_a_restore_they_are_gone_again(app, marta):
    accounts.erase(marta)
    marta.email, marta.disabled_at = "marta@example.org", None
    db.session.commit()

    assert "erased again" in app.test_cli_runner().invoke(args=["reapply-erasures"]).output
    db.session.expire_all()
    assert db.session.get_one(User, marta.id).disabled_at is not None
