"""Several instalments under one reference."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.cli import check
from campaigns.kit import db, refs
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.pledge.models import Instalment
from campaigns.remittance import queries, rules
from campaigns.remittance.models import RemittanceLine, RemittanceOrder
from campaigns.remittance.rules import AlreadyOrdered, NothingChosen, NotPayable
from campaigns.remittance.states import OrderState
from tests.cast.queries import counting
from tests.site.conftest import pay

__all__ = ["pay"]


@pytest.fixture
def meridian(a_company):
    return a_company("Meridian Freight")


@pytest.fixture
def finn(a_user, meridian):
    return a_user("Finn", (Role.COMPANY_FINANCE, meridian))


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def due(campaign, a_pledge, meridian):
    """Two pledges of the company, €300 and €200."""
    return [a_pledge(campaign, amount, company=meridian) for amount in (300_00, 200_00)]


def instalments(*pledges):
    select = sa.select(Instalment.id).where(Instalment.pledge_id.in_([each.id for each in pledges]))
    return list(db.session.scalars(select.order_by(Instalment.id)))


def references(*pledges):
    ids = instalments(*pledges)
    return list(
        db.session.scalars(sa.select(Instalment.reference).where(Instalment.id.in_(ids)).order_by(Instalment.id))
    )


def opened(community):
    return [tuple(row) for row in db.session.execute(queries.opened(community.id))]


@pytest.mark.both_databases
def test_one_reference_stands_for_all_of_them(meridian, finn, due, lantern):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    assert made.money.amount == 500_00
    assert refs.is_creditor_reference(made.reference)
    assert opened(lantern) == [(made.reference, each) for each in references(*due)]
    assert check.problems() == []


def test_each_community_and_currency_is_paid_by_a_transfer_of_its_own(
    meridian, finn, due, harbour, a_campaign, a_pledge
):
    other = a_pledge(a_campaign(community=harbour, slug="at-harbour"), 70_00, company=meridian)
    made = rules.order(meridian, instalments(*due, other), by=finn)
    assert sorted((each.organisation_id, each.amount) for each in made) == sorted(
        [(due[0].organisation_id, 500_00), (harbour.id, 70_00)]
    )


@pytest.mark.both_databases
def test_a_double_click_makes_one(meridian, finn, due):
    first = rules.order(meridian, instalments(*due), by=finn)
    db.session.commit()
    again = rules.order(meridian, instalments(*due), by=finn)
    assert [each.id for each in again] == [each.id for each in first]
    assert len(db.session.scalars(sa.select(RemittanceOrder)).all()) == 1


def test_an_instalment_stands_in_one_transfer_at_a_time(meridian, finn, due):
    rules.order(meridian, instalments(due[0]), by=finn)
    with pytest.raises(AlreadyOrdered):
        rules.order(meridian, instalments(*due), by=finn)


@pytest.mark.both_databases
def test_the_database_says_so_too(meridian, finn, due):
    (made,) = rules.order(meridian, instalments(due[0]), by=finn)
    other = RemittanceOrder(reference="RF00X", organisation_id=made.organisation_id, company_id=meridian.id)
    other.amount, other.currency, other.created_by_id = 300_00, "EUR", finn.id
    db.session.add(other)
    db.session.flush()
    db.session.add(RemittanceLine(order_id=other.id, instalment_id=instalments(due[0])[0], amount=300_00))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_only_what_is_the_companys_and_unpaid_is_taken(meridian, finn, due, campaign, a_pledge, a_company, pay):
    pay(due[0])
    others = [
        a_pledge(campaign, 10_00, company=a_company("Odd Ltd")),
        a_pledge(campaign, 10_00),
        a_pledge(campaign, 10_00, company=meridian, confirmed=False),
        due[0],
    ]
    for each in others:
        with pytest.raises(NotPayable):
            rules.order(meridian, instalments(each, due[1]), by=finn)
    with pytest.raises(NothingChosen):
        rules.order(meridian, [], by=finn)


def test_what_waits_for_a_word_on_a_changed_cost_is_not_paid(meridian, finn, due, monkeypatch):
    from campaigns.pledge.queries import renewals

    monkeypatch.setattr(renewals, "on_hold", lambda _: sa.true())
    with pytest.raises(NotPayable):
        rules.order(meridian, instalments(due[0]), by=finn)


@pytest.mark.parametrize("role", [Role.COMPANY_VIEWER, None])
def test_who_may_not_pay_prepares_nothing(meridian, due, a_user, role):
    person = a_user("Viola", (role, meridian)) if role else a_user("Nobody")
    with pytest.raises(NotAllowed):
        rules.order(meridian, instalments(*due), by=person)


def test_finance_of_another_company_takes_nothing_back(meridian, finn, due, a_company, a_user):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    with pytest.raises(NotAllowed):
        rules.cancel(made, by=a_user("Odd", (Role.COMPANY_FINANCE, a_company("Odd Ltd"))))
    assert made.state is OrderState.OPEN


@pytest.mark.both_databases
def test_one_that_is_taken_back_frees_what_was_in_it(meridian, finn, due, lantern):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    rules.cancel(made, by=finn)
    (again,) = rules.order(meridian, instalments(*due), by=finn)
    assert again.reference != made.reference
    assert opened(lantern) == [(again.reference, each) for each in references(*due)]
    with pytest.raises(IllegalMove):
        rules.cancel(made, by=finn)
    assert check.problems() == []


@pytest.mark.both_databases
def test_it_ends_by_itself_once_all_of_it_is_paid(meridian, finn, due, pay, lantern):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    db.session.commit()
    pay(due[0])
    rules.follow()
    state = sa.select(RemittanceOrder.state)
    assert db.session.scalars(state).one() is OrderState.OPEN
    assert opened(lantern) == [(made.reference, each) for each in references(due[1])]
    pay(due[1])
    rules.follow()
    rules.follow()
    assert db.session.scalars(state).one() is OrderState.CLOSED
    assert check.problems() == []


def test_another_community_does_not_find_it(meridian, finn, due, harbour):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    assert made.organisation_id != harbour.id
    assert opened(harbour) == []


def test_the_check_finds_what_does_not_add_up(meridian, finn, due, campaign, a_pledge):
    (made,) = rules.order(meridian, instalments(*due), by=finn)
    db.session.execute(sa.update(RemittanceOrder).values(amount=499_99))
    stray = a_pledge(campaign, 10_00)
    db.session.add(RemittanceLine(order_id=made.id, instalment_id=instalments(stray)[0], amount=1, is_open=False))
    db.session.commit()
    found = check.problems()
    assert f"remittance: order {made.reference}: 49999, its lines add up to 50001" in found
    assert f"remittance: order {made.reference}: instalment {instalments(stray)[0]} is not its own" in found


def test_many_are_put_together_in_few_statements(meridian, finn, campaign, a_pledge):
    many = [a_pledge(campaign, 1_00, company=meridian) for _ in range(30)]
    chosen = instalments(*many)
    with counting() as sent:
        rules.order(meridian, chosen, by=finn)
    assert len(sent) < 15
