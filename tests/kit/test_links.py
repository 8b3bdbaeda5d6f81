"""Links in e-mails: absolute, single-use ones that a GET does not spend, and signed ones that stay."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.app import create_app
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.links import LinkSpent, SignedLink
from tests.conftest import settings_for

HOUR = timedelta(hours=1)


def issued(purpose: str = "test", subject: int = 7, **given: object) -> str:
    token = links.issue(purpose, subject, lasts=HOUR, **given)
    db.session.commit()
    return token


class TestSingleUse:
    def test_it_opens_once(self, app):
        token = issued(payload={"role": "vetter"})
        link = links.consume("test", token)
        assert (link.subject_id, link.payload) == (7, {"role": "vetter"})
        with pytest.raises(LinkSpent):
            links.consume("test", token)

    def test_looking_does_not_spend_it(self, app):
        token = issued()
        assert links.peek("test", token).subject_id == 7
        assert links.peek("test", token).subject_id == 7
        assert links.consume("test", token).subject_id == 7
        with pytest.raises(LinkSpent):
            links.peek("test", token)

    def test_it_runs_out(self, app):
        token = issued()
        with clock.at(clock.now() + HOUR), pytest.raises(LinkSpent):
            links.consume("test", token)

    def test_it_is_for_one_purpose(self, app):
        token = issued("confirm")
        with pytest.raises(LinkSpent):
            links.consume("reset", token)
        assert links.consume("confirm", token)

    def test_a_mistyped_one_opens_nothing(self, app):
        with pytest.raises(LinkSpent):
            links.consume("test", issued()[:-1])

    def test_only_its_hash_is_kept(self, app):
        token = issued()
        kept = db.session.scalars(sa.select(SignedLink.token_hash)).one()
        assert kept == crypto.digest(token)
        assert token not in kept

    def test_all_of_a_row_can_be_revoked(self, app):
        first, second, other = issued(), issued(), issued(subject=8)
        links.revoke("test", 7)
        for token in (first, second):
            with pytest.raises(LinkSpent):
                links.peek("test", token)
        assert links.peek("test", other).subject_id == 8

    @pytest.mark.both_databases
    def test_of_two_at_once_one_gets_through(self, app):
        token = issued()
        link = links.peek("test", token)
        assert links.consume("test", token)
        db.session.commit()
        with pytest.raises(LinkSpent):
            _spend_as_seen_before(link)


def _spend_as_seen_before(link: SignedLink) -> None:
    """What a second request does that looked while the link was still unspent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "peek", lambda *_: link)
        links.consume("test", "whatever")


class TestSigned:
    def test_it_names_what_it_was_given(self, app):
        assert links.signed("pledge", links.sign("pledge", "ABC123")) == "ABC123"

    def test_it_stays_the_same(self, app):
        assert links.sign("pledge", "ABC123") == links.sign("pledge", "ABC123")

    @pytest.mark.parametrize("broken", ["", "nonsense", "ABC123", "\x00", "é" * 50])
    def test_anything_else_names_nothing(self, app, broken):
        assert links.signed("pledge", broken) is None

    def test_one_that_was_changed_names_nothing(self, app):
        named, other = links.sign("pledge", "ABC123"), links.sign("pledge", "ABC124")
        mixed = other.partition(".")[0] + "." + named.partition(".")[2]
        assert links.signed("pledge", mixed) is None

    def test_it_is_for_one_purpose(self, app):
        assert links.signed("receipt", links.sign("pledge", "ABC123")) is None

    def test_an_older_key_still_opens_what_it_signed(self, app, tmp_path):
        with create_app(settings_for(tmp_path, secret_key="old " * 10)).app_context():
            token = links.sign("pledge", "ABC123")
        rotated = settings_for(tmp_path, secret_key="new " * 10, secret_key_fallbacks=("old " * 10,))
        with create_app(rotated).app_context():
            assert links.signed("pledge", token) == "ABC123"
            assert links.sign("pledge", "ABC123") != token

    def test_a_key_that_is_gone_opens_nothing_any_more(self, app, tmp_path):
        with create_app(settings_for(tmp_path, secret_key="old " * 10)).app_context():
            token = links.sign("pledge", "ABC123")
        with create_app(settings_for(tmp_path, secret_key="new " * 10)).app_context():
            assert links.signed("pledge", token) is None


class TestAddresses:
    def test_they_are_whole_outside_a_request(self, tmp_path):
        with create_app(settings_for(tmp_path, public_url="https://vouch.example")).app_context():
            assert links.url("site.help") == "https://vouch.example/help"

    def test_they_come_from_the_setting_not_from_the_request(self, app):
        with app.test_request_context("/", base_url="http://evil.example"):
            assert links.url("site.help") == "http://localhost/help"

    def test_values_become_part_of_them(self, app):
        assert links.url("site.campaign", slug="a-nurse") == "http://localhost/c/a-nurse"
