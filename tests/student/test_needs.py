"""Costs: several on one page, each wrong one with its message at its line, the right ones kept."""

import pytest

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.student import rules
from campaigns.student.models import Need
from campaigns.student.rules.draft import NotYours
from campaigns.student.states import NeedKind, Stage
from tests.cast.browser import submit

URL = "/apply/tasks/needs"


def a_line(at: int = 0, *, amount: str = "900", label: str = "Fees", term: str = "Term 1", kind: str = "tuition"):
    values = {"kind": kind, "label": label, "amount": amount, "term": term}
    return {f"lines-{at}-{name}": value for name, value in values.items()}


def kept() -> list[tuple[str, int]]:
    return [(need.label, need.amount) for need in db.session.query(Need).order_by(Need.id)]


def test_several_costs_are_kept_with_their_total(begin):
    student = begin()

    answer = submit(student, URL, **a_line(0), **a_line(1, label="Books", amount="125.50", kind="books"))

    assert answer.location == "/apply/tasks"
    assert kept() == [("Fees", 90_000), ("Books", 12_550)]
    assert "€1,025.50" in student.get(URL).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter the amount."),
        ("much", "Type an amount in figures"),
        ("0", "The amount must be above zero"),
        ("-5", "leave out the minus sign"),
        ("12.345", "Euros have 2 decimals."),
        ("99999999999999", "larger than can be recorded here"),
        ("KES 400", "Amounts here are in EUR; you typed KES."),
        ("1e9", "Type an amount in figures"),
    ],
)
def test_a_wrong_amount_is_told_at_its_line_and_the_other_lines_are_kept(begin, typed, told):
    student = begin()

    answer = submit(student, URL, **a_line(0), **a_line(1, label="Books", amount=typed))

    assert answer.status_code == 422
    assert told in answer.text
    line = answer.text.split('id="lines-1-amount-error"')[1]
    assert told in line.split("</p>")[0]
    assert f'value="{typed}"' in answer.text or not typed
    assert kept() == [("Fees", 90_000)]


@pytest.mark.parametrize(("missing", "told"), [("label", "Say what it is"), ("term", "Say for which term or year.")])
def test_a_line_that_was_begun_has_to_be_finished(begin, missing, told):
    answer = submit(begin(), URL, **a_line(0, **{missing: ""}))

    assert answer.status_code == 422
    assert told in answer.text
    assert kept() == []


def test_an_empty_line_does_not_count(begin):
    answer = submit(begin(), URL, **a_line(0), **a_line(1, label="", amount="", term=""))

    assert answer.status_code == 303
    assert kept() == [("Fees", 90_000)]


def test_a_made_up_kind_is_refused(begin):
    assert submit(begin(), URL, **a_line(kind="yacht")).status_code == 422
    assert kept() == []


def test_adding_a_line_keeps_those_before(begin):
    answer = submit(begin(), URL, **a_line(0), add="yes")

    assert answer.status_code == 200
    assert 'name="lines-1-label"' in answer.text
    assert kept() == [("Fees", 90_000)]


def test_removing_a_line_removes_that_one(begin):
    student = begin()

    answer = submit(student, URL, **a_line(0), **a_line(1, label="Books"), remove="lines-0")

    assert answer.status_code == 200
    assert kept() == [("Books", 90_000)]
    assert 'value="Books"' in answer.text


def test_removing_the_last_line_leaves_an_empty_one(begin):
    answer = submit(begin(), URL, **a_line(0), remove="lines-0")

    assert answer.text.count("<legend>Cost") == 1
    assert kept() == []


def test_saving_again_changes_lines_instead_of_doubling_them(begin):
    student = begin()
    for amount in ("900", "950"):
        submit(student, URL, **a_line(0, amount=amount))

    assert kept() == [("Fees", 95_000)]


def test_a_cost_that_was_kept_stays_as_it_was_while_its_change_is_wrong(begin):
    student = begin()
    submit(student, URL, **a_line(0), **a_line(1, label="Books"))

    answer = submit(student, URL, **a_line(0, amount="x"), **a_line(1, label="Set books"))

    assert answer.status_code == 422
    assert kept() == [("Fees", 90_000), ("Set books", 90_000)]


def test_a_line_that_was_just_kept_is_known_on_the_same_page(begin):
    student = begin()
    page = submit(student, URL, **a_line(0), add="yes").text
    number = page.split('name="lines-0-number" type="hidden" value="')[1].split('"')[0]

    submit(student, URL, **a_line(0, amount="0"), **{"lines-0-number": number})

    assert kept() == [("Fees", 90_000)]


def test_another_students_cost_is_out_of_reach(begin, an_application):
    an_application(needs=[("Theirs", 100)])
    theirs = db.session.query(Need.id).scalar()
    student = begin()

    submit(student, URL, **a_line(0, label="Mine"), **{"lines-0-number": str(theirs)})
    submit(student, URL, **a_line(0, amount="x"), **{"lines-0-number": str(theirs)})

    assert ("Theirs", 100) in kept()


@pytest.mark.parametrize("number", ["x", "-1", str(10**30), "²"])
def test_a_made_up_number_is_a_new_line(begin, number):
    answer = submit(begin(), URL, **a_line(0), **{"lines-0-number": number})

    assert answer.status_code == 303
    assert kept() == [("Fees", 90_000)]


def test_no_more_than_twenty_lines_are_taken(begin):
    lines = {}
    for at in range(30):
        lines |= a_line(at, label=f"Cost {at}")

    submit(begin(), URL, **lines, add="yes")

    assert len(kept()) == 20


def test_amounts_are_in_the_currency_of_the_community(begin, lantern):
    lantern.currency = "JPY"
    db.session.commit()

    answer = submit(begin(), URL, **a_line(amount="900.50"))

    assert "Japanese yen have no decimals." in answer.text


@pytest.mark.both_databases
def test_an_amount_beyond_four_thousand_million_cents_is_kept(a_draft):
    draft = a_draft(without={"needs"})

    rules.set_needs(draft, [rules.Line(NeedKind.OTHER, "All", "2027", Money(10**12, "EUR"))])

    assert kept() == [("All", 10**12)]


def test_the_costs_of_a_sent_application_stay(an_application):
    with pytest.raises(NotYours):
        rules.set_needs(an_application(Stage.APPROVED), [])
