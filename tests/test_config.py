"""Settings: every mistake is reported, all of them together, and nothing unsafe starts in production."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from campaigns.config import DEVELOPMENT_KEY, ROOT, ConfigError, Settings, load

PRODUCTION = {
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://vouch.example",
    "TRUSTED_HOSTS": "vouch.example",
    "MAIL_URL": "smtps://user:secret@mail.example",
    "MAIL_FROM": "Vouch <hello@vouch.example>",
}
DEVELOPMENT = {"VOUCH_ENV": "development"}


def mistakes(environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(environ)
    return str(refused.value).splitlines()


def named(environ: dict[str, str]) -> set[str]:
    """The settings that are complained about."""
    return {line.partition(":")[0] for line in mistakes(environ)}


class TestDevelopment:
    def test_it_needs_nothing(self):
        settings = load(DEVELOPMENT)
        assert settings.development
        assert settings.key == DEVELOPMENT_KEY
        assert settings.database == f"sqlite:///{ROOT}/instance/vouch.sqlite"

    def test_lists_are_read_by_commas(self):
        settings = load(DEVELOPMENT | {"TRUSTED_HOSTS": "a.example, b.example,", "SECRET_KEY_FALLBACKS": "one,two"})
        assert settings.trusted_hosts == ("a.example", "b.example")
        assert settings.secret_key_fallbacks == ("one", "two")

    def test_what_is_empty_is_not_given(self):
        assert load(DEVELOPMENT | {"DATABASE_URL": "", "TRUSTED_PROXIES": ""}).trusted_proxies == 0

    def test_postgresql_is_reached_through_its_third_driver(self):
        assert load(DEVELOPMENT | {"DATABASE_URL": "postgresql://a@b/c"}).database == "postgresql+psycopg://a@b/c"

    def test_a_relative_folder_is_one_of_the_project(self):
        assert load(DEVELOPMENT | {"INSTANCE_PATH": "elsewhere"}).instance_path == ROOT / "elsewhere"
        assert load(DEVELOPMENT | {"INSTANCE_PATH": "/srv/vouch"}).instance_path == Path("/srv/vouch")

    def test_they_cannot_be_changed(self):
        with pytest.raises(ValidationError):
            load(DEVELOPMENT).public_url = "https://other.example"  # type: ignore[misc]

    def test_only_what_is_given_is_read(self, monkeypatch):
        monkeypatch.setenv("PUBLIC_URL", "https://from.the.process")
        assert load(DEVELOPMENT).public_url == "http://127.0.0.1:8000"
        assert Settings(vouch_env="test").public_url == "http://127.0.0.1:8000"

    def test_by_default_the_process_is_asked(self, monkeypatch):
        monkeypatch.setenv("VOUCH_ENV", "development")
        monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9999/")
        assert load().public_url == "http://127.0.0.1:9999"


class TestAddresses:
    def test_concerns_and_weaknesses_go_to_who_sends_the_mail(self):
        settings = load(DEVELOPMENT | {"MAIL_FROM": "Vouch <hello@vouch.example>"})
        assert settings.concerns_to == settings.security_to == "hello@vouch.example"

    def test_each_can_have_an_address_of_its_own(self):
        given = {"CONCERN_EMAIL": "Safiya <safe@vouch.example>", "SECURITY_EMAIL": "sec@vouch.example"}
        settings = load(DEVELOPMENT | given)
        assert settings.concerns_to == "safe@vouch.example"
        assert settings.security_to == "sec@vouch.example"


class TestMistakes:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("VOUCH_ENV", "staging"),
            ("DATABASE_URL", "mysql://a@b/c"),
            ("DATABASE_URL", "postgresql://a@b:port/c"),
            ("QUEUE_URL", "amqp://x"),
            ("STORAGE_URL", "ftp://x"),
            ("STORAGE_URL", "s3://"),
            ("RATE_LIMIT_URL", "sqlite:"),
            ("MAIL_URL", "sendmail:"),
            ("MAIL_URL", "smtp:"),
            ("MAIL_FROM", "nobody"),
            ("CONCERN_EMAIL", "nobody"),
            ("PUBLIC_URL", "vouch.example"),
            ("PUBLIC_URL", "https://vouch.example/under/a/path"),
            ("STRIPE_API_BASE", "localhost:12111"),
            ("TRUSTED_PROXIES", "many"),
            ("TRUSTED_PROXIES", "9"),
        ],
    )
    def test_each_is_named(self, name, value):
        assert named(DEVELOPMENT | {name: value}) == {name}

    def test_all_are_reported_at_once(self):
        wrong = {"QUEUE_URL": "x", "MAIL_URL": "x", "PUBLIC_URL": "x", "TRUSTED_PROXIES": "x"}
        assert named(DEVELOPMENT | wrong) == set(wrong)

    def test_what_cannot_be_read_hides_nothing_that_is_unsafe(self):
        assert named({"QUEUE_URL": "x", "TRUSTED_HOSTS": "vouch.example"}) == {
            *("QUEUE_URL", "SECRET_KEY", "PUBLIC_URL", "MAIL_URL", "MAIL_FROM")
        }

    def test_no_secret_is_repeated_in_the_report(self):
        report = "\n".join(mistakes(PRODUCTION | {"SECRET_KEY": "short-secret", "MAIL_URL": "pop3://user:hidden@x"}))
        assert "short-secret" not in report
        assert "hidden" not in report


class TestProduction:
    def test_it_is_what_runs_when_nobody_says_otherwise(self):
        assert load(PRODUCTION).vouch_env == "production"
        assert not load(PRODUCTION).development

    def test_it_does_not_start_with_nothing(self):
        assert named({}) == {"SECRET_KEY", "PUBLIC_URL", "TRUSTED_HOSTS", "MAIL_URL", "MAIL_FROM"}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", ""),
            ("SECRET_KEY", "short"),
            ("SECRET_KEY", DEVELOPMENT_KEY),
            ("PUBLIC_URL", "http://vouch.example"),
            ("TRUSTED_HOSTS", ""),
            ("MAIL_URL", ""),
            ("MAIL_URL", "inbox:"),
            ("MAIL_FROM", "Vouch <hello@localhost>"),
            ("QUEUE_URL", "memory:"),
        ],
    )
    def test_it_does_not_start_with_what_is_unsafe(self, name, value):
        assert named(PRODUCTION | {name: value}) == {name}

    def test_card_payments_need_a_secret_for_what_comes_back(self):
        assert named(PRODUCTION | {"STRIPE_SECRET_KEY": "sk_live_x"}) == {"STRIPE_WEBHOOK_SECRET"}
        both = {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_1,whsec_2"}
        assert load(PRODUCTION | both).stripe_webhook_secret == ("whsec_1", "whsec_2")


class TestExample:
    """`.env.example` is what somebody copies."""

    def lines(self) -> list[str]:
        return (ROOT / ".env.example").read_text().splitlines()

    def test_it_names_every_setting(self):
        shown = {line.lstrip("# ").partition("=")[0] for line in self.lines() if "=" in line}
        assert {name.upper() for name in Settings.model_fields} <= shown

    def test_filled_in_it_starts(self):
        given = dict(line.split("=", 1) for line in self.lines() if line and not line.startswith("#"))
        assert mistakes(given) == ["SECRET_KEY: at least 32 characters"]
        assert load(given | {"SECRET_KEY": "k" * 32}).public_url == "https://vouch.example"

    def test_what_is_commented_out_is_the_value_it_has_anyway(self):
        given = dict(
            line[2:].split("=", 1) for line in self.lines() if line.startswith("# ") and "=" in line.split(" ")[1]
        )
        known = {name: value for name, value in given.items() if name.lower() in Settings.model_fields}
        assert load(DEVELOPMENT | known) == load(DEVELOPMENT)
        assert "QUEUE_URL" in known
