"""That the school confirmed a cost by its link is only said where it did."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.student import queries, rules
from campaigns.student.models import Need
from campaigns.student.rules import Told, changes, requests
from campaigns.student.rules.needs import NotItsWord
from campaigns.student.states import CostState, How, NeedKind, Stage
from tests.cast.browser import submit
from tests.student.conftest import fresh

BY_LINK = How.SCHOOL_CONFIRMED
HALF_A_YEAR = timedelta(days=182)


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW, needs=[("Tuition", 900_00)])


@pytest.fixture
def need(application) -> Need:
    return db.session.scalars(queries.needs_of(application.id)).one()


@pytest.fixture
def at(application) -> str:
    return f"/a/lantern/applications/{application.ref}/needs"


@pytest.fixture
def answered(application, need, asked):
    """Let the school answer by its link with this amount, in minor units."""

    def make(amount: int) -> None:
        said = requests.SchoolAnswer(True, "Olive", "Bursar", amounts={need.id: amount})
        requests.confirm_enrolment(asked(application, "school").rpartition("/")[2], said)
        db.session.commit()

    return make


def verify(need, by):
    rules.verify(need, BY_LINK, clock.today() + HALF_A_YEAR, seen=need.fingerprint, by=by)
    db.session.commit()


def test_its_word_on_this_amount_is_enough(application, need, answered, victor):
    answered(900_00)
    verify(need, victor)
    assert rules.costs(fresh(application))[0].state is CostState.VERIFIED


def test_nobody_says_so_before_it_has_answered(need, victor):
    with pytest.raises(NotItsWord):
        verify(need, victor)


@pytest.mark.parametrize("amount", [850_00, 0])
def test_nor_where_it_said_something_else(need, answered, victor, amount):
    answered(amount)
    with pytest.raises(NotItsWord):
        verify(need, victor)


def test_a_cost_is_corrected_to_what_the_school_said_and_to_nothing_else(need, answered, victor):
    answered(850_00)

    def told(amount: int) -> Told:
        return Told(NeedKind.TUITION, Money(amount, "EUR"), need.term, "As the school says.", BY_LINK)

    with pytest.raises(NotItsWord):
        changes.correct(need, told(860_00), by=victor)
    db.session.rollback()
    changes.correct(need, told(850_00), by=victor)
    assert need.amount == 850_00


def test_its_word_stands_beside_the_cost(need, answered, at, sign_in, victor):
    browser = sign_in(victor)
    assert "nothing yet" in browser.get(f"{at}/{need.id}/verify").text
    answered(850_00)
    for page in (at, f"{at}/{need.id}/verify"):
        assert "€850.00" in browser.get(page).text


def test_a_word_that_was_not_given_is_refused_at_its_field(need, at, sign_in, victor):
    until = (clock.today() + HALF_A_YEAR).isoformat()
    answer = submit(sign_in(victor), f"{at}/{need.id}/verify", how=BY_LINK.value, expires_on=until, note="By link")
    assert answer.status_code == 422
    assert "The school has not confirmed this amount by its link." in answer.text
    assert "By link" in answer.text
