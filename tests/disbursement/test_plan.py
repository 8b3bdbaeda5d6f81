"""A school is paid in steps, and each waits for the proof of the one before."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.plan import NoPlan, NotInOrder, PlannedTooMuch
from campaigns.disbursement.rules.propose import NothingPlanned
from campaigns.disbursement.rules.turn import NotItsTurn, Paused, PlanFirst
from campaigns.disbursement.states import DisbursementState, ReturnedBy
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, Refused
from campaigns.kit.money import Money
from tests.cast.browser import hidden_fields, submit
from tests.cast.letters import letters_to
from tests.disbursement.helpers import PDF, lines_of

LATE = queries.PROOF_DUE + timedelta(minutes=1)
IN_ORDER = clock.today() + timedelta(days=10)


def step(campaign: Campaign, tuition: int, books: int = 0, *, after: int = 0, name: str = "Term") -> rules.Step:
    amounts = zip(lines_of(campaign), (tuition, books), strict=True)
    paid = {line.id: Money(amount, "EUR") for line, amount in amounts if amount}
    return rules.Step(name, IN_ORDER + timedelta(days=after), paid)


def plan(campaign: Campaign, *steps: rules.Step, by) -> None:
    rules.make_plan(campaign, school_of(campaign), steps, by=by)
    db.session.commit()


def school_of(campaign: Campaign):
    from campaigns.account.models import Organisation

    return db.session.get_one(Organisation, lines_of(campaign)[0].school_id)


@pytest.fixture
def planned(a_funded_campaign, tomas) -> Campaign:
    """Two terms: €400 of tuition and the books, then €500 of tuition."""
    campaign = a_funded_campaign()
    plan(campaign, step(campaign, 40_000, 12_550, name="Term 1"), step(campaign, 50_000, after=90), by=tomas)
    return campaign


@pytest.fixture
def pay_next(tomas, amina):
    """Propose the next step, and release and prove it as far as told."""

    def pay(campaign: Campaign, *, release: bool = True, prove: bool = False) -> Disbursement:
        made = rules.propose_next(campaign, school_of(campaign).id, once=crypto.token(), by=tomas)
        if release:
            rules.release(made, bank_reference=crypto.token()[:20], paid_on=clock.today(), by=amina)
        if prove:
            rules.prove(made, data=PDF, school_receipt="R", receipt_on=clock.today(), by=tomas)
        db.session.commit()
        return made

    return pay


def test_the_next_step_pays_what_the_plan_says(planned, pay_next):
    made = pay_next(planned)
    assert made.amount == 52_550
    assert [line.disbursed for line in lines_of(planned)] == [40_000, 12_550]


def test_the_second_step_waits_for_the_proof_of_the_first(planned, pay_next, tomas):
    first = pay_next(planned)
    with pytest.raises(NotItsTurn):
        pay_next(planned)
    db.session.rollback()
    rules.prove(first, data=PDF, school_receipt="R", receipt_on=clock.today(), by=tomas)
    assert pay_next(planned, prove=True).amount == 50_000
    with pytest.raises(NothingPlanned):
        pay_next(planned)


def test_releasing_asks_again_whose_turn_it_is(planned, pay_next, tomas, amina):
    first = pay_next(planned, prove=True)
    second = pay_next(planned, release=False)
    line = lines_of(planned)[0]
    seen = rules.CameBack(ReturnedBy.BANK, "RT", clock.today())
    amounts = {line.id: Money(40_000, "EUR"), lines_of(planned)[1].id: Money(12_550, "EUR")}
    rules.record_return(first, amounts, seen, once="once", by=tomas)
    db.session.commit()
    with pytest.raises(NotItsTurn):
        rules.release(second, bank_reference="T", paid_on=clock.today(), by=amina)


def test_beside_a_plan_nothing_else_is_proposed(planned, tomas):
    amounts = {lines_of(planned)[0].id: Money(100, "EUR")}
    with pytest.raises(PlanFirst):
        rules.propose(planned, amounts, once="once", by=tomas)


def test_a_double_click_proposes_one_step(planned, pay_next, tomas):
    pay_next(planned, prove=True)
    school_id = school_of(planned).id
    made = [rules.propose_next(planned, school_id, once="once", by=tomas) for _ in range(2)]
    assert made[0] is made[1]
    assert db.session.query(Disbursement).count() == 2


def test_a_cancelled_or_returned_step_is_next_again(planned, pay_next, tomas):
    first = pay_next(planned, release=False)
    rules.cancel(first, reason="Wrong.", by=tomas)
    db.session.commit()
    assert pay_next(planned).tranche_id == first.tranche_id


def test_the_database_lets_a_tranche_be_paid_once(planned, pay_next):
    first = pay_next(planned, prove=True)
    second = pay_next(planned)
    second.tranche_id = first.tranche_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_changing_a_plan_leaves_what_has_begun(planned, pay_next, tomas):
    first = pay_next(planned, prove=True)
    plan(planned, step(planned, 20_000, after=30), step(planned, 30_000, after=60), by=tomas)
    steps = db.session.scalars(queries.plan_of(planned.id, school_of(planned).id)).all()
    assert [(each.number, each.money.amount) for each in steps] == [(1, 52_550), (2, 20_000), (3, 30_000)]
    assert steps[0].id == first.tranche_id


def test_a_plan_is_in_order_and_within_its_lines(a_funded_campaign, tomas, amina):
    campaign = a_funded_campaign()
    with pytest.raises(NoPlan):
        plan(campaign, by=tomas)
    with pytest.raises(NoPlan):
        plan(campaign, step(campaign, 0), by=tomas)
    with pytest.raises(NotInOrder) as refusal:
        plan(campaign, step(campaign, 1), step(campaign, 1), by=tomas)
    assert refusal.value.field == "due_2"
    with pytest.raises(PlannedTooMuch, match="Tuition"):
        plan(campaign, step(campaign, 50_000), step(campaign, 40_001, after=1), by=tomas)
    with pytest.raises(Refused, match="not for this school"):
        plan(campaign, rules.Step("Term", IN_ORDER, {10**6: Money(1, "EUR")}), by=tomas)
    with pytest.raises(NotAllowed):
        plan(campaign, step(campaign, 1), by=amina)
    tomas.reauthenticated = False
    with pytest.raises(ReauthenticationNeeded):
        plan(campaign, step(campaign, 1), by=tomas)


def test_a_missing_receipt_pauses_the_school_until_it_is_here(a_payment, tomas, amina):
    first, waiting = a_payment(DisbursementState.RELEASED, amount=10_000), None
    campaign = db.session.get_one(Campaign, first.campaign_id)
    waiting = a_payment(amount=10_000, campaign=campaign)
    with clock.at(clock.now() + LATE):
        with pytest.raises(Paused, match=r"€100\.00"):
            a_payment(amount=10_000, campaign=campaign)
        db.session.rollback()
        with pytest.raises(Paused):
            rules.release(waiting, bank_reference="T", paid_on=clock.today(), by=amina)
        db.session.rollback()
        rules.prove(first, data=PDF, school_receipt="R", receipt_on=clock.today(), by=tomas)
        rules.release(waiting, bank_reference="T", paid_on=clock.today(), by=amina)
    assert waiting.state is DisbursementState.RELEASED


def test_treasurers_are_reminded_three_times_and_then_it_stands_on_the_today_page(a_payment, tomas, amina, sign_in):
    payment = a_payment(DisbursementState.RELEASED)
    rules.remind_of_receipts()
    assert payment.reminders == 0
    start = clock.now()
    for days in (15, 15, 30, 45, 60):
        with clock.at(start + timedelta(days=days)):
            rules.remind_of_receipts()
    letters = [each for each in letters_to(tomas.email) if "missing" in each.subject]
    assert len(letters) == 3
    assert not [each for each in letters_to(amina.email) if "missing" in each.subject]
    db.session.execute(sa.update(Disbursement).values(released_at=start - timedelta(days=16)))
    db.session.commit()
    page = sign_in(tomas).get("/a/lantern/").text
    assert "Payments to Mwangaza Secondary are paused" in page
    assert '<li class="late">' in page
    assert "What comes after it is paused" in sign_in(tomas).get(f"/a/lantern/disbursements/{payment.ref}").text


def test_the_pages_lead_through_it(a_funded_campaign, tomas, sign_in):
    campaign, browser = a_funded_campaign(), sign_in(tomas)
    url = f"/a/lantern/disbursements/plan/{campaign.slug}/mwangaza"
    page = browser.get(f"{url}?steps=3").text
    assert page.count("<legend>Step") == 3
    assert 'value="300.00"' in page
    kept = submit(browser, f"{url}?steps=3", to=f"{url}?steps=3", **filled(page))
    assert kept.status_code == 303
    shown = browser.get(url).text
    assert "Part 1 of 3" in shown
    assert "Waits for the one before" in shown
    create = f"/a/lantern/disbursements/new?campaign={campaign.slug}&school=mwangaza"
    assert "Propose €341.84" in browser.get(create).text
    made = submit(browser, create, note="As planned", follow=True)
    assert "Step 1 of the plan" in made.text
    assert browser.get(f"/a/lantern/disbursements/plan/{campaign.slug}/nowhere").status_code == 404


def filled(page: str) -> dict[str, str]:
    """What a browser sends of the plan's form when nothing is changed."""
    import re

    found = re.findall(r'<input[^>]*name="((?:name|due|line)_[^"]+)"[^>]*>', page)
    tags = re.findall(r'<input[^>]*name="(?:name|due|line)_[^"]+"[^>]*>', page)
    values = [re.search(r'value="([^"]*)"', tag) for tag in tags]
    assert hidden_fields(page)
    return {name: value.group(1) if value else "" for name, value in zip(found, values, strict=True)}


@pytest.mark.parametrize("who", ["amina", "marta", "victor"])
def test_only_a_treasurer_proposes_the_next_step(request, planned, who):
    by = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        rules.propose_next(planned, school_of(planned).id, once="x", by=by)
