"""Forms that keep what was typed, show a rule's refusal at its field, and take a double click once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import StopValidation

from campaigns.kit import crypto, db, money
from campaigns.kit.errors import Refused


def stripped(value: str | None) -> str | None:
    """A filter for text fields: no spaces around, and nothing that a database cannot store."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """The base of every form."""

    class Meta(FlaskForm.Meta):
        """Text fields are stripped before they are validated."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the strip filter to plain text fields."""
            if issubclass(unbound_field.field_class, StringField):
                filters = list(unbound_field.kwargs.get("filters", ()))
                options = {**options, "filters": [*filters, stripped]}
            return unbound_field.bind(form=form, **options)

    @property
    def status(self) -> int:
        """200 for a form to fill in, 422 for one that was sent and has errors."""
        return 422 if self.errors else 200

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Turn a rule's refusal within the block into an error at its field; nothing half done stays."""
        try:
            yield
        except Refused as refusal:
            db.session.rollback()
            self.refuse(refusal)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or on top of the form."""
        message = str(refusal)
        if refusal.field and refusal.field in self._fields:
            field = self._fields[refusal.field]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


class OnceForm(Form):
    """A form whose second sending is the same act: `once` names the act, made when the page is shown."""

    once = HiddenField(default=crypto.token)


class MoneyField(StringField):
    """An amount as a person types it, in the currency the view sets with `for_currency`; data is Money."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", **kwargs.get("render_kw", {})}
        super().__init__(label, validators, **kwargs)
        self.currency = "EUR"
        self.typed: str = ""

    data: Any

    def for_currency(self, currency: str) -> "MoneyField":
        """Read and show amounts in this currency; reads again what was already sent."""
        self.currency = currency
        if self.raw_data:
            self.process_formdata(list(self.raw_data))
        return self

    def _value(self) -> str:
        if self.typed or self.raw_data:
            return self.typed
        return self.data.major if isinstance(self.data, money.Money) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the last amount given (a box after suggestions wins); `pre_validate` reads it, in the currency."""
        if valuelist:
            typed = [str(value).strip() for value in valuelist]
            self.typed = next((value for value in reversed(typed) if value), "")
            self.data = self.typed or None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Read the amount. An unreadable one is this field's error, in the reader's words."""
        if not self.typed:
            return
        try:
            self.data = money.Money.parse(self.typed, self.currency)
        except Refused as refusal:
            raise StopValidation(str(refusal)) from refusal


def field_errors(field: Field) -> list[str]:
    """The errors of a field as plain text."""
    return [str(error) for error in field.errors]
