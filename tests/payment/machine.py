"""Everything that can happen to pledges and their money, in any order: a state machine for Hypothesis.

It acts by the rules alone. What they refuse has changed nothing; after every step the book, the figures and the
budget lines must agree, and after every run `flask check` must find nothing.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import Disbursement
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Busy, NotAllowed, Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.payment import queries as payments
from campaigns.payment.models import BankEntry, PaymentCase
from campaigns.payment.rules import cases, entries, inbox, statement
from campaigns.payment.rules.entries import Seen
from campaigns.payment.states import EntryState
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as promises
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.rules.confirmation import Wishes
from campaigns.pledge.rules.terms import propose as proposed
from campaigns.pledge.states import Fallback, Method, Plan
from tests.cast.cards import Cards
from tests.disbursement.helpers import PDF

AMOUNTS = st.integers(1, 60).map(lambda euros: euros * 1_00)
ANY = st.integers(0, 20)
OFF = st.sampled_from([-500, -1, 0, 0, 0, 1, 500])


@dataclass
class World:
    """The database as every run finds it, whose money it is about, and who acts."""

    file: Path
    kept: Path
    cards: Cards
    community_id: int
    campaign_ids: list[int]
    treasurer_id: int
    second_id: int
    move_to: Callable[[datetime], Any]
    begins: datetime

    def anew(self) -> None:
        """The database as it was when this was made."""
        db.session.remove()
        db.sql.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.file)
        self.move_to(self.begins)


class MoneyMachine(RuleBasedStateMachine):
    """One run; `world` is set by whoever starts it."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.world.anew()
        self.pledge_ids: list[int] = []
        self.sessions: list[str] = []
        self.sent: list[int] = []
        self.day, self.counted = self.world.begins, 0

    def act(self, work: Callable[[], Any]) -> Any:
        """Do something in a transaction; None where the rules refuse it, and then nothing has changed."""
        try:
            with db.transaction():
                return work()
        except (Refused, NotAllowed, Busy):
            return None

    def who(self, number: int) -> User:
        """Somebody with every factor shown."""
        user = db.session.get_one(User, number)
        user.second_factor = user.reauthenticated = True
        return user

    def once(self) -> str:
        self.counted += 1
        return f"{id(self)}-{self.counted}"

    def whole(self, which: int) -> Pledge:
        return db.session.scalars(pledges.whole(self.pledge_ids[which % len(self.pledge_ids)])).one()

    def instalment(self, which: int) -> Instalment:
        mine = [each.id for each in self.whole(which).instalments]
        found = payments.instalments_of(self.world.community_id).where(Instalment.id == mine[which % len(mine)])
        return db.session.scalars(found).one()

    # Sponsors

    @rule(which=ANY, amount=AMOUNTS, method=st.sampled_from(list(Method)), parts=st.integers(1, 4))
    def pledge(self, which: int, amount: int, method: Method, parts: int) -> None:
        money = Money(amount, "EUR")
        terms = tuple(proposed(money, parts)) if parts > 1 else ()
        plan = Plan.TERMS if terms else Plan.ONCE
        self.promise(which, promises.Offer(money, "Petra", "petra@example.org", method=method, plan=plan, terms=terms))

    @rule(which=ANY, amount=AMOUNTS, fallback=st.sampled_from(list(Fallback)))
    def pledge_for_goal(self, which: int, amount: int, fallback: Fallback) -> None:
        money = Money(amount, "EUR")
        self.promise(which, promises.Offer(money, "Gus", "gus@example.org", plan=Plan.GOAL, fallback=fallback))

    def promise(self, which: int, offer: promises.Offer) -> None:
        campaign_id = self.world.campaign_ids[which % len(self.world.campaign_ids)]
        made = self.act(lambda: promises.make(campaign_id, offer, Wishes(), once=self.once()).id)
        if made is not None:
            self.pledge_ids.append(made)

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY, days=st.integers(1, 60))
    def pause(self, which: int, days: int) -> None:
        self.act(lambda: promises.pause(self.whole(which), clock.today() + timedelta(days=days)))

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY)
    def resume(self, which: int) -> None:
        self.act(lambda: promises.resume(self.whole(which)))

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY, amount=AMOUNTS)
    def amend(self, which: int, amount: int) -> None:
        def work() -> None:
            pledge, number = self.whole(which), self.instalment(which).number
            promises.amend(pledge, {number: promises.Wanted(Money(amount, "EUR"))})

        self.act(work)

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY)
    def withdraw(self, which: int) -> None:
        self.act(lambda: promises.withdraw(self.whole(which), "Other plans"))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.world.move_to(self.day)
        promises.end_pauses()
        promises.follow_goals()
        promises.follow_up()

    # Money by bank

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY, off=OFF)
    def record(self, which: int, off: int) -> None:
        def work() -> None:
            found = self.instalment(which)
            seen = Seen(Money(max(found.amount + off, 1), "EUR"), clock.today(), self.once())
            entries.record(found, seen, by=self.who(self.world.treasurer_id))

        self.act(work)

    @precondition(lambda self: self.pledge_ids)
    @rule(these=st.lists(ANY, min_size=1, max_size=3, unique=True), off=OFF)
    def transfer(self, these: list[int], off: int) -> None:
        """One transfer that quotes several references."""

        def work() -> None:
            found = [self.instalment(each) for each in these]
            db.session.add(
                BankEntry(
                    organisation_id=self.world.community_id,
                    fingerprint=self.once(),
                    booked_on=clock.today(),
                    amount=max(sum(each.amount for each in found) + off, 1),
                    currency="EUR",
                    remittance=" ".join(each.reference for each in found),
                    state=EntryState.UNMATCHED,
                )
            )
            db.session.flush()
            statement.propose(self.world.community_id)

        self.act(work)

    @rule(which=ANY)
    def confirm(self, which: int) -> None:
        def work() -> None:
            waiting = db.session.scalars(sa.select(BankEntry).where(BankEntry.state == EntryState.PROPOSED)).all()
            if waiting:
                entries.confirm(waiting[which % len(waiting)], by=self.who(self.world.treasurer_id))

        self.act(work)

    @rule(which=ANY, sent_back=st.booleans())
    def close_case(self, which: int, sent_back: bool) -> None:
        def work() -> None:
            open_ones = db.session.scalars(sa.select(PaymentCase).where(PaymentCase.closed_at.is_(None))).all()
            if open_ones:
                by = self.who(self.world.treasurer_id)
                cases.close(open_ones[which % len(open_ones)], "Done.", sent_back=sent_back, by=by)

        self.act(work)

    # Money by card

    @precondition(lambda self: self.pledge_ids)
    @rule(which=ANY)
    def open_page(self, which: int) -> None:
        try:
            self.sessions.append(self.world.cards.page(self.whole(which)))
        except (Refused, Busy):
            db.session.rollback()

    @precondition(lambda self: self.sessions)
    @rule(which=ANY, what=st.sampled_from(["pay", "pay", "pay", "decline", "expire"]))
    def at_the_page(self, which: int, what: str) -> None:
        session = self.sessions[which % len(self.sessions)]
        if self.world.cards.fake.objects[session]["status"] == "open":
            getattr(self.world.cards.fake, what)(session)

    @precondition(lambda self: self.sessions)
    @rule(which=ANY, amount=AMOUNTS)
    def refund_at_stripe(self, which: int, amount: int) -> None:
        fake, session = self.world.cards.fake, self.sessions[which % len(self.sessions)]
        if fake.objects[session]["payment_status"] != "paid":
            return
        charge = fake.charge_of(session)
        left = charge["amount"] - charge["amount_refunded"]
        if left and not charge["disputed"]:
            fake.refund(session, min(amount, left))

    @precondition(lambda self: self.sessions)
    @rule(which=ANY, share=st.integers(1, 4))
    def dispute(self, which: int, share: int) -> None:
        fake, session = self.world.cards.fake, self.sessions[which % len(self.sessions)]
        if fake.objects[session]["payment_status"] == "paid" and not fake.charge_of(session)["disputed"]:
            charge = fake.charge_of(session)
            fake.dispute(session, max((charge["amount"] - charge["amount_refunded"]) // share, 1))

    @rule(which=ANY, won=st.booleans())
    def decide(self, which: int, won: bool) -> None:
        waiting = [each for each in self.world.cards.fake.all("dispute") if each["status"] not in {"won", "lost"}]
        if waiting:
            self.world.cards.fake.close_dispute(waiting[which % len(waiting)]["id"], won=won)

    @precondition(lambda self: self.sessions)
    @rule(these=st.lists(ANY, min_size=1, max_size=6))
    def hear(self, these: list[int]) -> None:
        """Events arrive: any of them, in any order, again and again."""
        events = self.world.cards.fake.events
        for each in these:
            if events:
                assert self.world.cards.post(events[-1 - each % len(events)]).status_code == 200
        inbox.work_off()

    # Money to the school

    @rule(which=ANY, amount=AMOUNTS)
    def propose(self, which: int, amount: int) -> None:
        def work() -> int:
            lines = db.session.scalars(sa.select(BudgetLine).order_by(BudgetLine.id)).all()
            line = lines[which % len(lines)]
            campaign = db.session.get_one(Campaign, line.campaign_id)
            by, part = self.who(self.world.treasurer_id), {line.id: Money(amount, "EUR")}
            return disbursements.propose(campaign, part, once=crypto.token(), by=by).id

        made = self.act(work)
        if made is not None:
            self.sent.append(made)

    @precondition(lambda self: self.sent)
    @rule(which=ANY, what=st.sampled_from(["release", "release", "prove", "cancel"]))
    def go_on(self, which: int, what: str) -> None:
        def work() -> None:
            payment = db.session.get_one(Disbursement, self.sent[which % len(self.sent)])
            if what == "release":
                by = self.who(self.world.second_id)
                disbursements.release(payment, bank_reference="TRX 1", paid_on=clock.today(), by=by)
            elif what == "prove":
                by, number = self.who(self.world.treasurer_id), "R-1"
                disbursements.prove(payment, data=PDF, school_receipt=number, receipt_on=clock.today(), by=by)
            else:
                disbursements.cancel(payment, reason="Not now.", by=self.who(self.world.treasurer_id))

        self.act(work)

    # What holds

    @invariant()
    def the_book_sums_to_nothing(self) -> None:
        assert (db.session.scalar(sa.select(sa.func.sum(LedgerAccount.balance))) or 0) == 0

    @invariant()
    def a_campaign_holds_what_came_less_what_went(self) -> None:
        held = sa.select(LedgerAccount.balance).where(
            LedgerAccount.code == "campaign:" + sa.cast(Campaign.id, sa.String)
        )
        balance = sa.func.coalesce(held.scalar_subquery(), 0)
        wrong = sa.select(Campaign.id, Campaign.received, Campaign.disbursed, balance)
        assert db.session.execute(wrong.where(Campaign.received - Campaign.disbursed != balance)).all() == []

    @invariant()
    def no_line_is_covered_more_than_it_costs(self) -> None:
        stood = sa.select(db.total(Allocation.amount)).where(Allocation.line_id == BudgetLine.id).scalar_subquery()
        over = sa.or_(stood > BudgetLine.amount, stood != BudgetLine.pledged, BudgetLine.disbursed > BudgetLine.amount)
        assert db.session.execute(sa.select(BudgetLine.id, stood).where(over)).all() == []
        db.session.rollback()

    def teardown(self) -> None:
        found = [*ledger.problems()]
        for check in self.checks:
            found += check()
        assert found == []

    checks: tuple[Callable[[], list[str]], ...] = ()
