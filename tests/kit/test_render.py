"""The macros that every page is built on, rendered without the app."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
import wtforms as w
from markupsafe import Markup
from wtforms.validators import DataRequired, Optional

from campaigns.kit.money import Money

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MACROS = sorted((TEMPLATES / "kit").glob("*.html"))


@pytest.fixture(scope="module")
def stage():
    stage = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    stage.filters.update(
        money=lambda money: money.format("en"),
        date=lambda day: f"{day:%d %B %Y}",
        datetime=lambda time: f"{time:%d %B %Y %H:%M}",
        ago=lambda time: "2 hours ago",
    )
    stage.globals.update(asset=lambda path: f"/static/{path}?v=1")
    return stage


@pytest.fixture(scope="module")
def macro(stage):
    """A macro as a function: macro("money", "total")("To pay", m)."""
    return lambda file, name: getattr(stage.get_template(f"kit/{file}.html").module, name)


class PledgeForm(w.Form):
    amount = w.StringField("Amount", [DataRequired("Enter an amount.")])
    email = w.EmailField("E-mail", [DataRequired("Enter your e-mail address.")])
    organisation = w.StringField("Organisation", [Optional()])
    method = w.RadioField(
        "How will you pay?", [DataRequired("Choose one.")], choices=[w.SelectChoice("bank", "Bank transfer")]
    )
    quiet = w.BooleanField("Do not show my name")
    once = w.HiddenField()

    def hidden_tag(self):
        return Markup(self.once())


class ProofForm(PledgeForm):
    proof = w.FileField("Proof")


@pytest.fixture
def refused():
    form = PledgeForm(data={"amount": "", "email": "<b>"})
    form.validate()
    return form


def euros(amount):
    return Money(amount * 100, "EUR")


def figures(asked, pledged, received, disbursed, proven):
    names = ("asked", "pledged", "received", "disbursed", "proven")
    return dict(zip(names, map(euros, (asked, pledged, received, disbursed, proven)), strict=True))


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_a_macro_file_compiles_and_explains_itself(stage, path):
    assert stage.get_template(f"kit/{path.name}").module
    assert "{#" in path.read_text()


def test_an_error_and_a_hint_are_tied_to_their_field(macro, refused):
    refused.email.errors = ["That is no address."]
    html = macro("forms", "field")(refused.email, hint="We write once.", autocomplete="email")
    assert 'aria-describedby="email-hint email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="email-error"' in html
    assert 'autocomplete="email"' in html
    assert "That is no address." in html


def test_what_was_typed_stays_and_is_escaped(macro, refused):
    html = macro("forms", "field")(refused.email)
    assert 'value="&lt;b&gt;"' in html


def test_a_field_without_hint_or_error_describes_nothing(macro):
    html = macro("forms", "field")(PledgeForm().email)
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html


def test_only_what_may_be_left_out_is_marked(macro):
    field = macro("forms", "field")
    assert "(optional)" in field(PledgeForm().organisation)
    assert "(optional)" not in field(PledgeForm().email)


def test_radios_stand_under_their_question(macro, refused):
    html = macro("forms", "field")(refused.method)
    assert "<fieldset" in html
    assert "<legend>How will you pay?" in html
    assert '<label for="method-0">Bank transfer</label>' in html
    assert 'aria-describedby="method-error"' in html


def test_a_tick_has_its_label_behind_it(macro):
    html = macro("forms", "field")(PledgeForm().quiet)
    assert html.index("<input") < html.index('<label for="quiet">')


def test_the_summary_links_each_problem_to_its_field(macro, refused):
    refused.form_errors = ["The campaign has closed."]
    html = macro("forms", "error_summary")(refused)
    assert "There is a problem" in html
    assert '<a href="#amount">Enter an amount.</a>' in html
    assert '<a href="#method-0">Choose one.</a>' in html
    assert "The campaign has closed." in html
    assert 'tabindex="-1"' in html


def test_there_is_no_summary_without_problems(macro):
    assert macro("forms", "error_summary")(PledgeForm()).strip() == ""


@pytest.mark.parametrize(("kind", "multipart"), [(PledgeForm, False), (ProofForm, True)])
def test_a_form_is_multipart_only_when_it_takes_files(stage, kind, multipart):
    page = stage.from_string(
        '{% from "kit/forms.html" import post %}{% call post(form, action="/x") %}fields{% endcall %}'
    )
    html = page.render(form=kind())
    assert ('enctype="multipart/form-data"' in html) is multipart
    assert 'name="once"' in html
    assert "fields" in html


def chips(macro, typed):
    form = PledgeForm(data={"amount": typed})
    return macro("forms", "amount_chips")(form.amount, [euros(25), euros(50)])


def test_a_suggested_amount_is_chosen_again_and_the_box_left_empty(macro):
    html = chips(macro, "50.00")
    assert 'value="50.00" checked' in html
    assert html.count("checked") == 1
    assert 'placeholder=" " value=""' in html


def test_any_other_amount_stays_in_the_box(macro):
    html = chips(macro, "33")
    assert "checked" not in html
    assert 'placeholder=" " value="33"' in html


def test_the_meter_never_counts_a_promise_as_received(macro):
    html = macro("meter", "meter")(figures(100, 80, 50, 40, 10))
    assert 'class="received" width="50.0%"' in html
    assert 'class="hatch" x1="50.0%" x2="80.0%"' in html
    assert 'class="disbursed" width="40.0%"' in html
    assert 'class="proven" width="10.0%"' in html
    for figure in ("€100.00", "€80.00", "€50.00", "€40.00", "€10.00"):
        assert f'<bdi class="money">{figure}</bdi>' in html


def test_a_meter_of_nothing_divides_by_nothing(macro):
    html = macro("meter", "meter")(figures(0, 0, 0, 0, 0))
    assert "hatch" not in html
    assert html.count("€0.00") == 5


def test_a_meter_past_its_goal_marks_the_goal(macro):
    html = macro("meter", "meter")(figures(100, 200, 50, 0, 0), compact=True)
    assert 'class="goal" x="50.0%"' in html
    assert 'class="received" width="25.0%"' in html
    assert "<dl" not in html


def test_a_status_is_a_word_and_not_only_a_colour(macro):
    assert macro("badge", "pill")("Overdue", "bad") == '<span class="pill bad">Overdue</span>'


def test_a_ledger_keeps_its_roles_and_labels_when_it_stacks(stage):
    page = stage.from_string(
        '{% from "kit/table.html" import ledger, row, cell, amount_cell %}'
        '{% call ledger("Ledger", ["Date", ("In", "num")]) %}'
        '{% call row() %}{{ cell("Date", "1 May") }}{{ amount_cell("In", m) }}{% endcall %}{% endcall %}'
    )
    html = page.render(m=euros(5))
    assert '<th scope="col" role="columnheader" class="num">In</th>' in html
    assert '<td role="cell" data-label="Date"><span>1 May</span></td>' in html
    assert 'data-label="In" class="num"><bdi class="money">€5.00</bdi>' in html


def test_a_chain_says_which_link_is_now_and_what_has_not_come(macro):
    html = macro("timeline", "timeline")(
        [
            {"title": "Paid", "at": date(2026, 9, 14), "amount": euros(9)},
            {"title": "Receipt", "at": None, "state": "now"},
            {"title": "Outcome", "at": None, "state": "next"},
        ]
    )
    assert '<time datetime="2026-09-14">14 September 2026</time>' in html
    assert html.count('aria-current="step"') == 1
    assert "Not yet" in html


def test_a_company_that_has_not_answered_still_has_its_side(macro):
    html = macro("letter", "reply")("Acme")
    assert "No answer has come yet" in html
    assert "pill" not in html


def test_a_single_page_has_no_neighbours_to_go_to(macro):
    pages = macro("nav", "older_newer")
    assert pages(SimpleNamespace(previous_url=None, next_url=None)).strip() == ""
    assert 'rel="next" href="/c?after=9"' in pages(SimpleNamespace(previous_url=None, next_url="/c?after=9"))


def test_a_chart_is_a_table_scaled_to_its_largest_bar(macro):
    html = macro("chart", "bars")("By month", [("May", 10, "€10"), ("June", 40, "€40")])
    assert 'width="25.0%"' in html
    assert 'width="100.0%"' in html
    assert '<th scope="row">May</th>' in html
    assert "<caption>By month</caption>" in html


def test_the_error_page_needs_no_session_and_no_user(stage):
    html = stage.get_template("error/page.html").render(
        status=503, title="Busy right now", message="Nothing was changed.", error_id="7f3k", retry_after=5
    )
    assert "<h1>Busy right now</h1>" in html
    assert "7f3k" in html
    assert "<script" not in html
    assert 'lang="en" dir="ltr"' in html


def test_a_public_page_reads_in_the_direction_it_is_given(stage):
    html = stage.get_template("layout/public.html").render(lang="ar", dir="rtl")
    assert '<html lang="ar" dir="rtl">' in html
    assert 'href="#main"' in html
    assert '<main id="main" tabindex="-1">' in html


def test_a_message_says_who_sent_it_and_how_to_stop_it(stage):
    for kind in ("html", "txt"):
        mail = stage.get_template(f"mail/base.{kind}").render(
            community_name="Lakeside", unsubscribe_url="https://vouch.example/u/1", why="You follow a campaign."
        )
        assert "Lakeside" in mail
        assert "https://vouch.example/u/1" in mail
        assert "You follow a campaign." in mail
        assert len(mail.encode()) < 25 * 1024
