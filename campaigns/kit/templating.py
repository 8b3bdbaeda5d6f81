"""What templates can say: amounts, dates, and addresses of static files that may be cached for ever."""

import hashlib
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask
from flask_login import current_user
from jinja2 import StrictUndefined
from stdnum import iban as ibans

from campaigns.kit import clock, forms, text
from campaigns.kit.money import Money
from campaigns.kit.states import words

LOCALE = "en"


def iban(number: str) -> str:
    """In groups of four, as on paper: DE89 3704 0044 0532 0130 00."""
    return str(ibans.format(number))


# The same few amounts and days stand on a page many times, and CLDR's patterns cost more than all else there.
@lru_cache(8192)
def money(amount: Money) -> str:
    """The amount as people read it: €1,250.00."""
    return amount.format(LOCALE)


@lru_cache(4096)
def day(moment: date | datetime | None) -> str:
    """A date as people read it: 3 Dec 2026; nothing for nothing."""
    return "" if moment is None else format_date(moment, "d MMM y", locale=LOCALE)


@lru_cache(512)
def month(day: date) -> str:
    """The month of a day: December 2026; where the day itself would say too much."""
    return format_date(day, "MMMM y", locale=LOCALE)


def moment(at: datetime | None) -> str:
    """A moment as people read it, in UTC: 3 Dec 2026, 14:05 UTC."""
    return "" if at is None else format_datetime(at, "d MMM y, HH:mm 'UTC'", locale=LOCALE)


def ago(at: datetime | None) -> str:
    """How long ago, or in how long: "3 days ago", "in 2 weeks"."""
    return "" if at is None else format_timedelta(at - clock.now(), add_direction=True, locale=LOCALE)


@cache
def country(code: str | None) -> str:
    """A country's name from its ISO 3166-1 code."""
    if not code:
        return ""
    try:
        return str(Locale.parse(LOCALE).territories.get(code, code))
    except UnknownLocaleError:
        return code


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Give every template the filters and globals above; an unknown name is a fault, not a gap."""
    static = Path(app.static_folder or "")

    @cache
    def asset(name: str) -> str:
        return f"/static/{name}?v={_fingerprint(static / name)}"

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=money,
        date=day,
        month=month,
        datetime=moment,
        ago=ago,
        country=country,
        words=words,
        errors=forms.field_errors,
        summary=text.summary,
        iban=iban,
    )
    # A proxy: nobody is looked up, and no session touched, until a template asks.
    app.jinja_env.globals.update(
        asset=asset, current_user=current_user, lang="en", dir="ltr", now=clock.now, money_of=Money
    )
