"""A new SECRET_KEY: everything is sealed anew by it, whatever stops the work midway."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.ask.models import Letter, Signature
from campaigns.cli import rotate_keys
from campaigns.community.models import Community
from campaigns.kit import crypto, db
from campaigns.student.models import Application, Identity, PersonKey

OLD, NEW = "the key of yesterday" * 3, "the key of today" * 3


@pytest.fixture(autouse=True)
def keys(app: object) -> Iterator[None]:
    """Everything that the test makes is made under the old key."""
    before = crypto._given
    crypto.use_keys(OLD)
    yield
    crypto.use_keys(*before)


@pytest.fixture
def people(
    keys: None, an_application: Callable[..., Application], a_user: Callable[..., User], lantern: Community
) -> list[int]:
    lantern.iban = "DE89370400440532013000"
    rita = a_user("Rita")
    rita.totp_secret = "SECRET"
    ids = [an_application().id for _ in range(5)]
    db.session.commit()
    return ids


def run(app, *options: str):
    result = app.test_cli_runner().invoke(args=["rotate-keys", *options])
    db.session.rollback()
    db.session.expire_all()
    return result


def check_all_open(ids: list[int]) -> None:
    db.session.expire_all()
    names = [db.session.get_one(Identity, each).legal_name for each in ids]
    assert names == ["Canary Legalname"] * len(ids)
    assert db.session.scalars(sa.select(User.totp_secret).where(User.totp_secret.is_not(None))).all() == ["SECRET"]
    assert db.session.scalars(sa.select(Community.iban)).all() == ["DE89370400440532013000"]


def test_afterwards_the_new_key_alone_opens_everything(app, people):
    crypto.use_keys(NEW, OLD)

    result = run(app)

    assert result.exit_code == 0, result.output
    assert "person_key.wrapped: 5 under an older key, 5 renewed" in result.output
    assert "account_user.totp_secret: 1 under an older key, 1 renewed" in result.output
    crypto.use_keys(NEW)
    check_all_open(people)


def test_a_second_run_finds_nothing_to_do(app, people):
    crypto.use_keys(NEW, OLD)
    run(app)

    assert "person_key.wrapped: 0 under an older key, 0 renewed" in run(app).output


def test_looking_changes_nothing_and_says_what_still_needs_the_older_key(app, people):
    crypto.use_keys(NEW, OLD)

    looked = run(app, "--check")

    assert looked.exit_code == 1
    assert "Keep SECRET_KEY_FALLBACKS" in looked.output
    assert {each.wrapped_by for each in db.session.query(PersonKey)} == {_name_of(OLD)}
    run(app)
    assert run(app, "--check").exit_code == 0


def _name_of(key: str) -> str:
    now = crypto._given
    crypto.use_keys(key)
    try:
        return rotate_keys.envelope.wrapped_by()
    finally:
        crypto.use_keys(*now)


@pytest.mark.parametrize("stops_after", range(1, 6))
def test_stopped_anywhere_everything_opens_and_the_next_run_goes_on(app, people, monkeypatch, stops_after):
    crypto.use_keys(NEW, OLD)
    monkeypatch.setattr(rotate_keys, "BATCH", 1)
    renewed = []
    wrap = rotate_keys.envelope.wrap

    def stopping(key: bytes) -> str:
        renewed.append(key)
        if len(renewed) == stops_after:
            raise KeyboardInterrupt
        return wrap(key)

    with monkeypatch.context() as patch:
        patch.setattr(rotate_keys.envelope, "wrap", stopping)
        with pytest.raises(KeyboardInterrupt):
            rotate_keys.go_through(rotate_keys.parts()[0], renew=True)
    db.session.rollback()

    assert sum(each.wrapped_by == _name_of(NEW) for each in db.session.query(PersonKey)) == stops_after - 1
    db.session.rollback()
    check_all_open(people)
    assert run(app).exit_code == 0
    crypto.use_keys(NEW)
    check_all_open(people)


def test_what_somebody_changed_meanwhile_is_left_to_them(app, people, monkeypatch):
    crypto.use_keys(NEW, OLD)
    part = next(each for each in rotate_keys.parts() if each.what == "community.iban")
    read = rotate_keys._renewed

    def meanwhile(part: rotate_keys.Part, stored: str) -> str | None:
        fresh = read(part, stored)
        db.session.execute(sa.update(Community).values(iban="GB82WEST12345698765432"))
        db.session.commit()
        return fresh

    monkeypatch.setattr(rotate_keys, "_renewed", meanwhile)
    rotate_keys.go_through(part, renew=True)

    assert db.session.scalars(sa.select(Community.iban)).one() == "GB82WEST12345698765432"


def test_a_destroyed_key_stays_destroyed(app, people):
    db.session.get_one(PersonKey, people[0]).destroy()
    db.session.commit()
    crypto.use_keys(NEW, OLD)

    assert "person_key.wrapped: 4 under" in run(app).output
    assert db.session.get_one(PersonKey, people[0]).wrapped is None


def test_what_no_key_opens_is_said_and_the_rest_renewed(app, people):
    crypto.use_keys("a key that was lost" * 3)
    lost = rotate_keys.envelope.wrap(rotate_keys.envelope.new_key())
    db.session.execute(sa.update(PersonKey).where(PersonKey.application_id == people[0]).values(wrapped=lost))
    db.session.commit()
    crypto.use_keys(NEW, OLD)

    result = run(app)

    assert result.exit_code == 1
    assert "5 under an older key, 4 renewed, 1 that no key opens" in result.output


def test_every_sealed_column_of_every_table_is_gone_through(app):
    names = {part.what for part in rotate_keys.parts()}

    assert {"community.iban", "account_user.totp_secret", "ask.contact_email", "bank_entry.payer"} <= names


class TestSignatures:
    @pytest.fixture
    def signature(self, a_campaign, a_company, amina, safiya):
        from campaigns.ask.models import Ask
        from campaigns.ask.states import AskState

        campaign, company = a_campaign(), a_company()
        ask = Ask(
            ref="ASK1", organisation_id=campaign.organisation_id, campaign_id=campaign.id, company_id=company.id,
            author_id=amina.id, state=AskState.MODERATED, moderated_by_id=safiya.id, contact_name="Rosa",
            contact_email="rosa@example.org", amount=100, currency="EUR",
            concerns_minor=False,
        )  # fmt: skip
        db.session.add(ask)
        db.session.flush()
        letter = Letter(
            ask_id=ask.id, version=1, author_id=amina.id, subject="S", body="B", body_html="B", content_hash="x"
        )
        db.session.add(letter)
        db.session.flush()
        signed = Signature(
            letter_id=letter.id, ask_id=ask.id, email="sam@example.org", shown_as="Sam",
            email_hash=crypto.fingerprint("sam@example.org"),
        )  # fmt: skip
        db.session.add(signed)
        db.session.commit()
        return signed

    def test_an_address_is_known_again_by_the_new_key(self, app, signature):
        crypto.use_keys(NEW, OLD)

        result = run(app)

        assert "signature.email_hash: 1 under an older key, 1 renewed" in result.output
        crypto.use_keys(NEW)
        assert signature.email_hash == crypto.fingerprint("sam@example.org")
        assert signature.email == "sam@example.org"

    def test_one_that_was_taken_back_is_named_as_lost(self, app, signature):
        signature.email, signature.shown_as = "", ""
        db.session.commit()
        crypto.use_keys(NEW, OLD)

        assert "1 signatures were taken back" in run(app).output
