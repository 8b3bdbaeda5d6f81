"""Settings: the environment, read once, checked all at once, frozen."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from campaigns.kit import storage

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_KEY = "development-only-key-never-use-it-where-people-can-reach-it"


class ConfigError(Exception):
    """Everything that is wrong with the environment, one line each."""


def _scheme(value: str, allowed: set[str]) -> str:
    scheme = urlsplit(value).scheme
    if scheme not in allowed:
        raise ValueError(f"must begin with one of {', '.join(sorted(allowed))}:, not {value.split(':')[0]!r}")
    return value


def _fee(text: str) -> tuple[Decimal, Decimal, str]:
    """One fee as it is written: "1.5% + 0.25 EUR"."""
    found = re.fullmatch(r"\s*(\d{1,2}(?:\.\d+)?)%\s*\+\s*(\d+(?:\.\d+)?)\s*([A-Z]{3})\s*", text)
    if found is None:
        raise ValueError(f"must be written as in '1.5% + 0.25 EUR, 2.9% + 0.30 USD', not {text.strip()!r}")
    share, fixed, currency = found.groups()
    return Decimal(share) / 100, Decimal(fixed), currency


class Settings(BaseModel):
    """What the environment says, and nothing it does not. Names are the environment's, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vouch_env: Literal["production", "development", "test"] = "production"
    instance_path: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: str = ""
    secret_key_fallbacks: tuple[str, ...] = ()
    queue_url: str = "sqlite:"
    storage_url: str = ""
    rate_limit_url: str = "memory://"
    mail_url: str = ""
    mail_from: str = "Vouch <hello@localhost>"
    concern_email: str = ""
    security_email: str = ""
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    metrics_token: str = ""
    stripe_secret_key: str = ""
    stripe_webhook_secret: tuple[str, ...] = ()
    stripe_api_base: str = "https://api.stripe.com"
    stripe_connect: bool = False
    card_fees: tuple[tuple[Decimal, Decimal, str], ...] = ()  # a share, a fixed part in major units, the currency

    @field_validator("secret_key_fallbacks", "trusted_hosts", "stripe_webhook_secret", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("card_fees", mode="before")
    @classmethod
    def _fees(cls, value: object) -> object:
        return tuple(_fee(part) for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("instance_path")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return ROOT / value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value:
            return value
        _scheme(value, {"sqlite", "postgresql", "postgresql+psycopg"})
        try:
            sa.make_url(value)
        except (sa.exc.ArgumentError, ValueError):
            raise ValueError("is no address of a database") from None
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("queue_url")
    @classmethod
    def _queue(cls, value: str) -> str:
        return _scheme(value, {"memory", "sqlite", "redis", "rediss", "postgresql"})

    @field_validator("storage_url")
    @classmethod
    def _storage(cls, value: str) -> str:
        storage.open_storage(value, root=ROOT)
        return value

    @field_validator("rate_limit_url")
    @classmethod
    def _rate_limit(cls, value: str) -> str:
        return _scheme(value, {"memory", "redis", "rediss"})

    @field_validator("mail_url")
    @classmethod
    def _mail(cls, value: str) -> str:
        if value and _scheme(value, {"inbox", "smtp", "smtps"}) != "inbox:" and not urlsplit(value).hostname:
            raise ValueError("names no server, as in smtps://user:password@mail.example:465")
        return value

    @field_validator("mail_from", "concern_email", "security_email")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and "@" not in parseaddr(value)[1]:
            raise ValueError("must be an address such as Vouch <hello@vouch.example>")
        return value

    @field_validator("public_url", "stripe_api_base")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("must be an origin such as https://vouch.example")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.vouch_env != "production":
            return self
        wrong = [
            (len(self.secret_key) < 32 or self.secret_key == DEVELOPMENT_KEY, "SECRET_KEY: at least 32 characters"),
            (not self.public_url.startswith("https://"), "PUBLIC_URL: must be https"),
            (not self.trusted_hosts, "TRUSTED_HOSTS: name the hosts this answers for"),
            (not self.mail_url or self.mail_url.startswith("inbox"), "MAIL_URL: must be smtp:// or smtps://"),
            (parseaddr(self.mail_from)[1].endswith("@localhost"), "MAIL_FROM: name an address that can be answered"),
            (self.queue_url.startswith("memory"), "QUEUE_URL: memory: forgets work"),
            (bool(self.stripe_secret_key) and not self.stripe_webhook_secret, "STRIPE_WEBHOOK_SECRET: missing"),
        ]
        if any(bad for bad, _ in wrong):
            raise ValueError("\n".join(text for bad, text in wrong if bad))
        return self

    @property
    def development(self) -> bool:
        """Whether this is somebody's own machine."""
        return self.vouch_env != "production"

    @property
    def concerns_to(self) -> str:
        """The address of the safeguarding officer who reads what people report."""
        return parseaddr(self.concern_email or self.mail_from)[1]

    @property
    def security_to(self) -> str:
        """The address of whoever looks after security."""
        return parseaddr(self.security_email or self.mail_from)[1]

    @property
    def key(self) -> str:
        """The signing key; a known one in development."""
        return self.secret_key or DEVELOPMENT_KEY

    @property
    def checkout_origin(self) -> str | None:
        """Where cards are taken: Stripe's hosted pages, or an emulator's; None where no cards are taken."""
        if not self.stripe_secret_key:
            return None
        return self._hosted("https://checkout.stripe.com")

    @property
    def onboarding_origin(self) -> str | None:
        """Where schools set up being paid by card company: Stripe's, or an emulator's; None where it is off."""
        if not (self.stripe_secret_key and self.stripe_connect):
            return None
        return self._hosted("https://connect.stripe.com")

    def _hosted(self, pages: str) -> str:
        """Where pages of Stripe's are: there, or at the emulator."""
        return pages if self.stripe_api_base == "https://api.stripe.com" else self.stripe_api_base

    @property
    def database(self) -> str:
        """The database's address; a SQLite file in the instance folder where none is given."""
        return self.database_url or f"sqlite:///{self.instance_path / 'vouch.sqlite'}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process's own by default). Raises ConfigError with every mistake."""
    given = os.environ if environ is None else environ
    values: dict[str, Any] = {n: given[n.upper()] for n in Settings.model_fields if given.get(n.upper())}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError("\n".join(_every_mistake(values, error))) from None


def _every_mistake(values: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Each field's mistake, and what is unsafe about the others, which is looked at only once all can be read."""
    lines = _lines(error)
    faulty = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}
    if faulty and "vouch_env" not in faulty:
        try:
            Settings(**{name: value for name, value in values.items() if name not in faulty})
        except ValidationError as unsafe:
            lines += [line for line in _lines(unsafe) if line.partition(":")[0].lower() not in faulty]
    return lines


def _lines(error: ValidationError) -> list[str]:
    found = []
    for detail in error.errors():
        message = str(detail["msg"]).removeprefix("Value error, ")
        where = ".".join(str(part) for part in detail["loc"]).upper()
        found += [f"{where}: {message}"] if where else message.splitlines()
    return found
