"""Money moves once per cause, balanced by construction, and never out of what is not there."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.kit.web import VouchApp
from campaigns.ledger import queries, rules
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.ledger.rules import Overdrawn


def bank() -> LedgerAccount:
    return rules.account("bank:1:EUR", "EUR")


def campaign(number: int = 1) -> LedgerAccount:
    return rules.account(f"campaign:{number}", "EUR")


def receive(amount: int, cause: str = "1") -> Movement | None:
    return rules.move(Money(amount, "EUR"), source=bank(), target=campaign(), cause=("receipt", cause))


def pay_out(amount: int, cause: str = "1") -> Movement | None:
    school = rules.account("school:1", "EUR")
    return rules.move(
        Money(amount, "EUR"), source=campaign(), target=school, cause=("disbursement", cause), overdraw=False
    )


def balances() -> dict[str, int]:
    db.session.expire_all()
    rows = db.session.execute(sa.select(LedgerAccount.code, LedgerAccount.balance))
    return dict(tuple(row) for row in rows)


@pytest.mark.both_databases
class TestMoving:
    def test_what_leaves_one_account_enters_the_other(self, app):
        movement = receive(5000)
        db.session.commit()
        assert movement.money == Money(5000, "EUR")
        assert balances() == {"bank:1:EUR": -5000, "campaign:1": 5000}
        assert rules.problems() == []

    def test_it_remembers_who_did_it(self, tomas):
        movement = rules.move(Money(1, "EUR"), source=bank(), target=campaign(), cause=("receipt", "1"), by=tomas)
        assert movement.actor_id == tomas.id

    def test_an_account_is_opened_once(self, app):
        assert campaign().id == campaign().id
        assert db.session.scalar(sa.select(sa.func.count(LedgerAccount.id))) == 1

    def test_both_sides_are_shown_as_postings(self, app):
        receive(5000)
        posted = db.session.execute(queries.postings()).all()
        assert sorted(amount for _, amount, _ in posted) == [-5000, 5000]

    def test_an_accounts_movements_are_listed_from_both_sides(self, app):
        receive(5000)
        pay_out(2000)
        kinds = [movement.kind for movement in db.session.scalars(queries.movements_of("campaign:1"))]
        assert kinds == ["receipt", "disbursement"]


@pytest.mark.both_databases
class TestOncePerCause:
    def test_a_repetition_changes_nothing(self, app):
        assert receive(5000) is not None
        db.session.commit()
        assert receive(5000) is None
        assert receive(7000) is None
        db.session.commit()
        assert balances()["campaign:1"] == 5000

    def test_the_same_number_of_another_kind_is_another_cause(self, app):
        receive(5000, "1")
        assert pay_out(2000, "1") is not None
        assert balances()["campaign:1"] == 3000

    def test_a_movement_is_reversed_once(self, app):
        received = receive(5000)
        back = {"source": campaign(), "target": bank(), "reverses": received}
        rules.move(Money(5000, "EUR"), cause=("refund", "1"), **back)
        with pytest.raises(sa.exc.IntegrityError):
            rules.move(Money(5000, "EUR"), cause=("refund", "2"), **back)


@pytest.mark.both_databases
class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize("amount", [0, -5])
    def test_nothing_or_less(self, app, amount):
        with pytest.raises(sa.exc.IntegrityError):
            receive(amount)

    def test_from_an_account_to_itself(self, app):
        with pytest.raises(sa.exc.IntegrityError):
            rules.move(Money(1, "EUR"), source=bank(), target=bank(), cause=("receipt", "1"))

    def test_between_currencies(self, app):
        dollars = rules.account("bank:1:USD", "USD")
        with pytest.raises(sa.exc.IntegrityError):
            _commit_move(dollars)

    @pytest.mark.parametrize("statement", ["UPDATE ledger_movement SET amount = 1", "DELETE FROM ledger_movement"])
    def test_to_change_what_was_moved(self, app, statement):
        receive(5000)
        db.session.commit()
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.session.execute(sa.text(statement))


def _commit_move(source: LedgerAccount) -> None:
    rules.move(Money(1, "EUR"), source=source, target=campaign(), cause=("receipt", "1"))
    db.session.commit()


@pytest.mark.both_databases
class TestOverdrawing:
    def test_all_that_is_there_can_go(self, app):
        receive(5000)
        pay_out(5000)
        assert balances()["campaign:1"] == 0

    def test_more_cannot(self, app):
        receive(5000)
        db.session.commit()
        with pytest.raises(Overdrawn):
            pay_out(5001)
        db.session.rollback()
        assert balances()["campaign:1"] == 5000
        assert db.session.scalar(sa.select(sa.func.count(Movement.id))) == 1

    def test_what_stands_for_the_world_outside_may_be_below_zero(self, app):
        receive(5000)
        assert balances()["bank:1:EUR"] == -5000


def at_once(app: VouchApp, *works: Callable[[], object]) -> list[object]:
    """Each in a thread and transaction of its own, all begun together; what each gave, or how it failed."""
    barrier, outcomes = threading.Barrier(len(works)), []

    def one(work: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait(10)
            try:
                with db.transaction():
                    outcomes.append(work())
            except Exception as fault:
                outcomes.append(fault)

    threads = [threading.Thread(target=one, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.both_databases
class TestAtOnce:
    def test_the_same_cause_twelve_times_moves_once(self, app):
        receive(1, "0")
        db.session.commit()
        outcomes = at_once(app, *[lambda: receive(5000) is not None] * 12)
        assert sorted(outcomes, key=str) == [False] * 11 + [True]
        assert balances()["campaign:1"] == 5001
        assert rules.problems() == []

    def test_two_who_would_spend_the_same_money_do_not_both(self, app):
        receive(5000)
        db.session.commit()
        outcomes = at_once(app, lambda: pay_out(4000, "a") is not None, lambda: pay_out(4000, "b") is not None)
        assert True in outcomes
        assert any(isinstance(outcome, Overdrawn) for outcome in outcomes)
        assert balances()["campaign:1"] == 1000
        assert rules.problems() == []

    def test_movements_in_opposite_directions_do_not_block_each_other(self, app):
        def one_way(number: int) -> object:
            accounts = [campaign(1), campaign(2)]
            source, target = accounts if number % 2 else accounts[::-1]
            return rules.move(Money(1, "EUR"), source=source, target=target, cause=("swap", str(number))) is not None

        campaign(1), campaign(2)
        db.session.commit()
        outcomes = at_once(app, *[lambda number=number: one_way(number) for number in range(8)])
        assert outcomes == [True] * 8
        assert rules.problems() == []

    def test_an_account_that_all_open_at_once_is_one(self, app):
        db.session.rollback()
        outcomes = at_once(app, *[lambda: campaign(7).id] * 6)
        assert len(set(outcomes)) == 1


AMOUNTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 10**12)), max_size=12)


@given(AMOUNTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_moves_everything_sums_to_nothing(app, moves):
    for number, (source, target, amount) in enumerate(moves):
        if source != target:
            accounts = {name: rules.account(name, "EUR") for name in (source, target)}
            rules.move(
                Money(amount, "EUR"), source=accounts[source], target=accounts[target], cause=("any", str(number))
            )
    assert sum(balances().values()) == 0
    assert rules.problems() == []
    db.session.rollback()
