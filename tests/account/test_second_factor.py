"""The second factor: set up, asked for, replaced, recovered."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from campaigns.account import queries, sessions
from campaigns.account.models import RecoveryCode
from campaigns.account.rules import second_factor as rules
from campaigns.account.rules.second_factor import WrongCode
from campaigns.kit import clock, db
from campaigns.kit.errors import ReauthenticationNeeded
from tests.cast.browser import submit
from tests.cast.letters import letters_to
from tests.cast.people import PASSWORD

NOON = datetime(2026, 11, 5, 12, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment, secret=SECRET):
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def equipped(amina):
    """Amina with an app set up a while ago."""
    amina.totp_secret, amina.totp_confirmed_at = SECRET, NOON - timedelta(days=1)
    db.session.commit()
    return amina


@pytest.fixture
def half_in(client, equipped):
    """Her browser, in which she has shown her password and no code yet."""
    answer = submit(client, "/sign-in?next=/a/lantern/team", email="amina@example.org", password=PASSWORD)
    assert answer.location == "/account/second-factor?next=/a/lantern/team"
    return client


def test_a_code_of_now_lets_in_and_leads_on(half_in):
    with clock.at(NOON):
        answer = submit(half_in, "/account/second-factor?next=/a/lantern/team", code=code_at(NOON))
    assert answer.location == "/a/lantern/team"
    assert half_in.get("/account").status_code == 200


def test_the_password_alone_opens_nothing(half_in):
    answer = half_in.get("/account")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert half_in.get("/account/second-factor/set-up").status_code == 303


def test_one_can_leave_without_a_code(half_in):
    submit(half_in, "/account/second-factor", to="/sign-out")
    assert half_in.get("/account/second-factor").location == "/sign-in"


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_half_a_minute_off_is_forgiven(equipped, seconds):
    with clock.at(NOON):
        rules.show(equipped, code_at(NOON + timedelta(seconds=seconds)))
    assert equipped.second_factor


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "٤٢٤٢٤٢", "x" * 5000])
def test_a_wrong_code_is_refused(equipped, code):
    with clock.at(NOON), pytest.raises(WrongCode) as refusal:
        rules.show(equipped, code)
    assert refusal.value.field == "code"


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90])
def test_a_code_of_another_minute_is_refused(equipped, seconds):
    with clock.at(NOON), pytest.raises(WrongCode):
        rules.show(equipped, code_at(NOON + timedelta(seconds=seconds)))


def test_spaces_in_a_code_do_not_matter(equipped):
    with clock.at(NOON):
        code = code_at(NOON)
        rules.show(equipped, f" {code[:3]} {code[3:]} ")
    assert equipped.second_factor


@pytest.mark.both_databases
def test_a_code_works_once(equipped):
    with clock.at(NOON):
        rules.show(equipped, code_at(NOON))
        db.session.commit()
        with pytest.raises(WrongCode):
            rules.show(equipped, code_at(NOON))


def test_after_a_code_an_earlier_one_is_refused_too(equipped):
    with clock.at(NOON):
        rules.show(equipped, code_at(NOON))
        with pytest.raises(WrongCode):
            rules.show(equipped, code_at(NOON - timedelta(seconds=30)))


def test_a_wrong_code_is_shown_at_its_field(half_in):
    answer = submit(half_in, "/account/second-factor", code="000000")
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert 'autocomplete="one-time-code"' in answer.text


def test_setting_up_shows_a_code_to_scan_and_a_key_to_type(sign_in, amina):
    page = sign_in(amina, second_factor=False).get("/account/second-factor/set-up").text
    assert '<svg role="img"' in page
    assert re.search(r"<bdi><code>[A-Z2-7 ]{30,}</code></bdi>", page)


def set_up_through_the_page(client):
    page = client.get("/account/second-factor/set-up?next=/a/lantern/").text
    secret = re.search(r"<bdi><code>([A-Z2-7 ]+)</code></bdi>", page).group(1).replace(" ", "")
    sealed = re.search(r'name="secret"[^>]*value="([^"]+)"', page).group(1)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    fields = {"csrf_token": token, "secret": sealed, "code": code_at(clock.now(), secret)}
    return secret, client.post("/account/second-factor/set-up?next=/a/lantern/", data=fields)


def test_a_first_code_turns_it_on_and_shows_ten_recovery_codes(sign_in, amina):
    client = sign_in(amina, second_factor=False)
    secret, answer = set_up_through_the_page(client)
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text)
    assert answer.status_code == 200
    assert len(set(codes)) == 10
    assert 'href="/a/lantern/"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    again = db.session.scalars(queries.by_email("amina@example.org")).one()
    assert again.totp_secret == secret
    assert client.get("/account").status_code == 200
    assert letters_to("amina@example.org")[-1].subject == "Your second factor is set up"


def test_the_secret_is_sealed_in_the_database(sign_in, amina):
    secret, _ = set_up_through_the_page(sign_in(amina, second_factor=False))
    stored = db.session.execute(sa.text("SELECT totp_secret FROM account_user WHERE email = 'amina@example.org'"))
    assert secret not in stored.scalar_one()


def test_recovery_codes_are_stored_as_hashes(amina):
    codes = rules.new_recovery_codes(amina)
    stored = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not set(codes) & set(stored)


def test_a_wrong_first_code_turns_nothing_on_and_keeps_the_secret(sign_in, amina):
    client = sign_in(amina, second_factor=False)
    page = client.get("/account/second-factor/set-up").text
    sealed = re.search(r'name="secret"[^>]*value="([^"]+)"', page).group(1)
    answer = submit(client, "/account/second-factor/set-up", code="000000", secret=sealed)
    assert answer.status_code == 422
    assert sealed in answer.text
    assert db.session.scalars(queries.by_email("amina@example.org")).one().totp_confirmed_at is None


def test_a_secret_that_we_did_not_seal_is_refused(sign_in, amina):
    answer = submit(sign_in(amina), "/account/second-factor/set-up", code="000000", secret="forged")
    assert answer.status_code == 422
    assert "no longer valid" in answer.text


def test_setting_up_asks_for_the_password_again_after_a_while(sign_in, amina):
    client = sign_in(amina)
    with clock.at(clock.now() + sessions.FRESH):
        answer = client.get("/account/second-factor/set-up?next=/a/lantern/")
    assert answer.location == "/account/reauthenticate?next=/account/second-factor/set-up?next%3D/a/lantern/"
    amina.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        rules.set_up(amina, rules.new_secret(), "000000")


def test_a_second_factor_is_not_replaced_by_whoever_has_only_the_password(equipped):
    equipped.second_factor = False
    with pytest.raises(ReauthenticationNeeded):
        rules.set_up(equipped, rules.new_secret(), "000000")
    with pytest.raises(ReauthenticationNeeded):
        rules.new_recovery_codes(equipped)


def test_a_recovery_code_stands_in_once(half_in, equipped):
    equipped.second_factor = True  # as on the day she made the codes
    code = rules.new_recovery_codes(equipped)[0]
    db.session.commit()
    answer = submit(half_in, "/account/second-factor", code=code.lower().replace("-", " "))
    assert answer.status_code == 303
    assert half_in.get("/account").status_code == 200
    with pytest.raises(WrongCode):
        rules.show(equipped, code)


def test_somebody_elses_recovery_code_is_refused(equipped, rita):
    code = rules.new_recovery_codes(rita)[0]
    with pytest.raises(WrongCode):
        rules.show(equipped, code)


def test_new_recovery_codes_end_the_old_ones(sign_in, equipped):
    old = rules.new_recovery_codes(equipped)[0]
    client = sign_in(equipped)
    answer = submit(client, "/account/second-factor/recovery-codes")
    assert len(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text)) == 10
    with pytest.raises(WrongCode):
        rules.show(equipped, old)


def test_without_a_second_factor_there_are_no_recovery_codes(sign_in, amina):
    answer = sign_in(amina).get("/account/second-factor/recovery-codes")
    assert answer.location.startswith("/account/second-factor/set-up")


def test_a_role_that_needs_it_leads_to_setting_it_up(sign_in, tomas):
    client = sign_in(tomas, second_factor=False)
    asked = client.get("/a/lantern/team")
    assert asked.location == "/account/second-factor?next=/a/lantern/team"
    led = client.get(asked.location)
    assert led.location == "/account/second-factor/set-up?next=/a/lantern/team"


def test_a_form_that_needs_it_comes_back_to_its_page(sign_in, tomas):
    client = sign_in(tomas, second_factor=False)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/account").text).group(1)
    answer = client.post(
        "/a/lantern/team/1/end", data={"csrf_token": token}, headers={"Referer": "http://localhost/a/lantern/team"}
    )
    assert answer.location == "/account/second-factor?next=/a/lantern/team"


def test_nobody_in_particular_is_sent_to_sign_in(client):
    assert client.get("/account/second-factor?next=/account").location == "/sign-in?next=/account"


def test_whoever_has_shown_it_is_led_on(sign_in, amina):
    assert sign_in(amina).get("/account/second-factor?next=/account").location == "/account"
