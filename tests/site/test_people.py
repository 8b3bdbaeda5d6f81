"""The page of sample people."""

import pyotp
from flask.testing import FlaskClient

from campaigns.account.models import User
from campaigns.kit import clock, db


def test_sample_people_are_shown_with_the_code_of_this_half_minute(client: FlaskClient, amina: User) -> None:
    amina.email, amina.totp_secret, amina.totp_confirmed_at = (
        "amina@lantern.example",
        pyotp.random_base32(),
        clock.now(),
    )
    db.session.commit()
    before = pyotp.TOTP(amina.totp_secret).now()
    page = client.get("/dev/people").text
    assert "amina@lantern.example" in page
    assert "organiser of Lantern" in page
    assert before in page or pyotp.TOTP(amina.totp_secret).now() in page


def test_nobody_real_is_on_it(client: FlaskClient, rita: User) -> None:
    page = client.get("/dev/people").text
    assert rita.email not in page
    assert "No sample people" in page


def test_an_empty_database_is_filled_once_and_adds_up(app: object) -> None:
    from flask import current_app

    run = current_app.test_cli_runner().invoke
    assert "amina@lantern.example" in run(args=["demo"]).output
    again = run(args=["demo", "--if-empty"])
    assert again.exit_code == 0
    assert "Making" not in again.output
    assert run(args=["demo"]).exit_code != 0
    checked = run(args=["check"])
    assert checked.exit_code == 0, checked.output
