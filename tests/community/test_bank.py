"""Where sponsors pay."""

import pytest
import sqlalchemy as sa

from campaigns.account import sessions
from campaigns.audit.models import AuditEntry
from campaigns.community import rules
from campaigns.community.rules.bank import BadBic, BadIban, BadPayee
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, SecondFactorNeeded
from tests.cast.browser import submit
from tests.cast.letters import letters_to

PAYEE, IBAN, BIC = "Lantern Trust", "GB33BUKB20201555555555", "BUKBGB22"
GIVEN = {"payee": PAYEE, "iban": "gb33 bukb 2020 1555 5555 55", "bic": "bukbgb22"}


def test_a_treasurer_changes_the_bank_details(sign_in, tomas, lantern):
    client = sign_in(tomas)
    answer = submit(client, "/a/lantern/settings/bank", **GIVEN)
    assert answer.location == "/a/lantern/settings"
    db.session.refresh(lantern)
    assert (lantern.payee, lantern.iban, lantern.bic) == (PAYEE, IBAN, BIC)
    page = client.get("/a/lantern/settings").text
    assert "… 5555" in page
    assert IBAN not in page


def test_every_organiser_and_treasurer_is_told(tomas, amina, marta, victor, otto, lantern):
    rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)
    db.session.commit()
    for told in (tomas, amina):
        letter = letters_to(told.email)[-1]
        assert letter.subject == "The bank details of Lantern were changed"
        assert "5555" in letter.text
        assert IBAN not in letter.text
        assert "Tomas" in letter.text
    for other in (marta, victor, otto):
        assert letters_to(other.email) == []


def test_a_change_is_left_on_record_without_the_number(tomas, lantern):
    rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("community.bank_details_changed", tomas.id, lantern.id)
    assert entry.detail == {"ending": "5555"}


def test_saving_what_is_there_tells_nobody(tomas, lantern):
    assert rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)
    assert not rules.change_bank_details(lantern, f" {PAYEE} ", "GB33 BUKB 2020 1555 5555 55", BIC.lower(), by=tomas)
    assert len(letters_to(tomas.email)) == 1


def test_a_change_back_and_forth_tells_each_time(tomas, lantern):
    for payee in ("One", "Two", "One"):
        rules.change_bank_details(lantern, payee, IBAN, "", by=tomas)
    assert len(letters_to(tomas.email)) == 3


@pytest.mark.parametrize(
    ("payee", "iban", "bic", "refusal"),
    [
        ("", IBAN, BIC, BadPayee),
        ("x" * 71, IBAN, BIC, BadPayee),
        ("Lantern\u202e", IBAN, BIC, BadPayee),
        (PAYEE, "GB33BUKB20201555555556", BIC, BadIban),
        (PAYEE, "12345678", BIC, BadIban),
        (PAYEE, "", BIC, BadIban),
        (PAYEE, "XX33BUKB20201555555555", BIC, BadIban),
        (PAYEE, IBAN, "NOTABIC!", BadBic),
        (PAYEE, IBAN, "BUKB", BadBic),
    ],
)
def test_details_that_cannot_be_paid_to_are_refused(tomas, lantern, payee, iban, bic, refusal):
    with pytest.raises(refusal) as refused:
        rules.change_bank_details(lantern, payee, iban, bic, by=tomas)
    assert refused.value.field in {"payee", "iban", "bic"}


def test_a_mistyped_number_is_shown_at_its_field_and_kept(sign_in, tomas):
    answer = submit(sign_in(tomas), "/a/lantern/settings/bank", **GIVEN | {"iban": "GB33BUKB20201555555556"})
    assert answer.status_code == 422
    assert 'id="iban-error"' in answer.text
    assert 'value="GB33BUKB20201555555556"' in answer.text


def test_a_bic_may_be_left_out(tomas, lantern):
    rules.change_bank_details(lantern, PAYEE, IBAN, " ", by=tomas)
    assert lantern.bic is None


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya", "otto", "rita"])
def test_only_a_treasurer_of_the_community_does(request, lantern, who):
    with pytest.raises(NotAllowed):
        rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=request.getfixturevalue(who))


def test_a_second_factor_and_a_fresh_password_are_needed(tomas, lantern):
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)
    tomas.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)


def test_a_password_shown_long_ago_is_asked_for_again(sign_in, tomas):
    client = sign_in(tomas)
    with clock.at(clock.now() + sessions.FRESH):
        answer = client.get("/a/lantern/settings/bank")
    assert answer.location == "/account/reauthenticate?next=/a/lantern/settings/bank"


def test_the_number_is_sealed_in_the_database(tomas, lantern):
    rules.change_bank_details(lantern, PAYEE, IBAN, BIC, by=tomas)
    db.session.commit()
    assert IBAN not in db.session.execute(sa.text("SELECT iban FROM community")).scalar_one()
