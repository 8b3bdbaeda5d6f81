"""Forms: text is stripped, a refusal stands at its field, money is read in its currency, nothing typed is lost."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired

from campaigns.kit import db, forms
from campaigns.kit.errors import Refused
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money


class Parcel(Form):
    """A form with a bit of everything."""

    name = StringField(validators=[DataRequired()], filters=[lambda text: text and text.upper()])
    note = TextAreaField()
    weight = IntegerField()
    amount = MoneyField()


class TooHeavy(Refused):
    """Nobody can carry this."""

    field = "weight"


@pytest.fixture(autouse=True)
def posted(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/", method="POST"):
        yield


def parcel(**typed: str) -> Parcel:
    return Parcel(MultiDict(typed))


class TestText:
    def test_spaces_around_are_taken_off(self):
        assert parcel(name="  Amina \n").name.data == "AMINA"

    def test_what_no_database_can_store_is_taken_out(self):
        assert parcel(note="a\x00b").note.data == "ab"

    def test_a_field_keeps_its_own_filters_in_every_form(self):
        assert [parcel(name="amina").name.data for _ in range(3)] == ["AMINA"] * 3

    def test_only_spaces_are_nothing(self):
        form = parcel(name="   ")
        assert not form.validate()
        assert form.errors["name"]

    def test_a_password_is_stripped_alike_each_time(self):
        class Door(Form):
            """A form with a password."""

            password = PasswordField()

        assert Door(MultiDict({"password": " secret "})).password.data == "secret"


class TestStatus:
    def test_a_form_to_fill_in_is_fine(self):
        assert parcel().status == 200

    def test_a_form_with_errors_cannot_be_processed(self):
        form = parcel()
        form.validate()
        assert form.status == 422

    def test_what_was_typed_is_still_there(self):
        form = parcel(note="A long story", weight="heavy")
        assert not form.validate()
        assert "A long story" in str(form.note())
        assert 'value="heavy"' in str(form.weight())


class TestRefusals:
    def test_a_refusal_stands_at_the_field_that_it_names(self):
        form = parcel(name="x")
        with form.showing_refusals():
            raise TooHeavy()
        assert form.weight.errors == ["Nobody can carry this."]
        assert form.status == 422

    def test_a_refusal_without_a_field_stands_on_top(self):
        form = parcel(name="x")
        with form.showing_refusals():
            raise Refused("Not on Sundays.")
        assert form.form_errors == ["Not on Sundays."]
        assert form.status == 422

    def test_so_does_one_whose_field_this_form_has_not(self):
        form = parcel(name="x")
        with form.showing_refusals():
            raise Refused("Too tall.", field="height")
        assert form.form_errors == ["Too tall."]

    def test_nothing_half_done_stays(self, lantern):
        form = parcel(name="x")
        with form.showing_refusals():
            lantern.about = "half done"
            db.session.flush()
            raise TooHeavy()
        assert lantern.about != "half done"

    def test_other_faults_pass_through(self):
        with pytest.raises(KeyError), parcel().showing_refusals():
            raise KeyError


class TestOnce:
    def test_each_page_names_another_act(self):
        assert OnceForm(None).once.data != OnceForm(None).once.data

    def test_a_form_sent_again_names_the_same_act(self):
        shown = OnceForm(None).once.data
        assert OnceForm(MultiDict({"once": shown})).once.data == shown


class TestMoney:
    def test_an_amount_is_read_in_the_currency_of_the_view(self):
        form = parcel(name="x", amount="12.50", weight="1")
        form.amount.for_currency("USD")
        assert form.validate(), form.errors
        assert form.amount.data == Money(1250, "USD")

    def test_a_currency_without_cents(self):
        form = parcel(name="x", amount="500", weight="1")
        form.amount.for_currency("JPY")
        assert form.validate(), form.errors
        assert form.amount.data == Money(500, "JPY")

    @pytest.mark.parametrize("typed", ["a lot", "-5", "1.234.567,89,1", "12.505", "1e3", "９" * 40])
    def test_what_is_no_amount_is_an_error_there_and_stays_typed(self, typed):
        form = parcel(name="x", amount=typed, weight="1")
        form.amount.for_currency("EUR")
        assert not form.validate()
        assert form.amount.errors
        assert form.amount._value() == typed

    def test_the_box_after_the_suggestions_wins(self):
        form = Parcel(MultiDict([("name", "x"), ("weight", "1"), ("amount", "25"), ("amount", "40")]))
        form.amount.for_currency("EUR")
        assert form.validate(), form.errors
        assert form.amount.data == Money(4000, "EUR")

    def test_an_empty_box_leaves_the_suggestion(self):
        form = Parcel(MultiDict([("name", "x"), ("weight", "1"), ("amount", "25"), ("amount", "")]))
        form.amount.for_currency("EUR")
        assert form.validate(), form.errors
        assert form.amount.data == Money(2500, "EUR")

    def test_an_amount_that_is_there_already_is_shown(self):
        form = Parcel(None, data={"amount": Money(1250, "EUR")})
        assert 'value="12.50"' in str(form.amount())


def test_errors_of_a_field_are_plain_text():
    form = parcel()
    form.validate()
    assert all(isinstance(error, str) for error in forms.field_errors(form.name))
    assert forms.field_errors(form.name)
