"""Fields that ask who somebody is; each call makes one, which stands among its form's fields where it is made."""

from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Email, Length, Optional


def name_field() -> Any:
    """A person's name, up to 120 characters."""
    return StringField(
        "Your name",
        [DataRequired("Enter your name."), Length(max=120, message="Use at most 120 characters.")],
        render_kw={"autocomplete": "name", "maxlength": 120},
    )


def email_field() -> Any:
    """Where a person is written to."""
    return EmailField(
        "E-mail address",
        [
            DataRequired("Enter your e-mail address."),
            Length(max=254, message="This address is too long."),
            Email("Enter an e-mail address such as name@example.org."),
        ],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )


def organisation_field(*, required: bool = False) -> Any:
    """For whom a person speaks, up to 200 characters."""
    given: Sequence[Any] = [DataRequired("Enter its name.")] if required else [Optional()]
    return StringField(
        "Company or organisation",
        [*given, Length(max=200, message="Use at most 200 characters.")],
        render_kw={"autocomplete": "organization", "maxlength": 200},
    )
