"""Somebody of the team makes sure of each cost, for exactly what it says and for a time; a wrong one is corrected."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.student import queries, rules
from campaigns.student.models import Need, NeedChange, NeedVerification
from campaigns.student.rules import Told, changes
from campaigns.student.rules.changes import SameAsBefore
from campaigns.student.rules.needs import BadEnd, NeedChanged, NotItsPaper, NotNow
from campaigns.student.states import ChangeState, CostState, DocumentKind, How, NeedKind, Source, Stage
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.queries import counting
from tests.student.conftest import fresh

HALF_A_YEAR = timedelta(days=182)
PDF = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW, needs=[("Tuition", 900_00)])


@pytest.fixture
def need(application):
    return db.session.query(Need).filter_by(application_id=application.id).one()


def verify(need, by, *, ends=HALF_A_YEAR, seen=None, **more):
    made = rules.verify(need, How.FEE_NOTE, clock.today() + ends, seen=seen or need.fingerprint, by=by, **more)
    db.session.commit()
    return made


def cost(application):
    return rules.costs(fresh(application))[0]


def told(amount=850_00, kind=NeedKind.TUITION, term="Term 1, 2027", reason="The fee note says so."):
    return Told(kind, Money(amount, "EUR"), term, reason, How.CALLED)


def test_a_cost_is_not_confirmed_until_somebody_says_so(application):
    assert cost(application).state is CostState.UNVERIFIED


def test_a_vetter_confirms_a_cost(application, need, victor):
    verify(need, victor, note="No. 17")

    assert cost(application).state is CostState.VERIFIED
    assert cost(application).last.verified_by.name == "Victor"
    assert cost(application).last.note == "No. 17"


def test_it_holds_through_its_last_day_and_no_longer(application, need, victor):
    verify(need, victor, ends=timedelta(days=30))

    with clock.at(clock.now() + timedelta(days=30)):
        assert cost(application).state is CostState.VERIFIED
        assert cost(application).ends_soon
    with clock.at(clock.now() + timedelta(days=31)):
        assert cost(application).state is CostState.EXPIRED


@pytest.mark.parametrize(
    "changed",
    [{"amount": 900_01}, {"kind": NeedKind.BOARDING}, {"term": "Term 2, 2027"}],
    ids=lambda it: next(iter(it)),
)
@pytest.mark.both_databases
def test_any_change_of_the_cost_voids_it(application, need, victor, changed):
    verify(need, victor)
    for name, value in changed.items():
        setattr(need, name, value)
    db.session.commit()

    assert cost(application).state is CostState.CHANGED
    assert db.session.query(Need).filter(queries.verified()).all() == []


def test_another_school_voids_it(application, need, victor, a_college):
    verify(need, victor)
    application.school_id = a_college[0].id
    db.session.commit()

    assert cost(application).state is CostState.CHANGED
    assert db.session.query(Need).filter(queries.verified()).all() == []


@pytest.mark.parametrize("days", [0, -1, 366])
def test_it_ends_after_today_and_within_a_year(need, victor, days):
    with pytest.raises(BadEnd):
        verify(need, victor, ends=timedelta(days=days))


def test_what_was_changed_meanwhile_is_not_confirmed(need, victor):
    with pytest.raises(NeedChanged):
        verify(need, victor, seen="what it said before")


def test_a_paper_of_another_application_shows_nothing(need, victor, an_application):
    paper = rules.attach(an_application(), PDF, DocumentKind.FEE_NOTE, Source.TEAM, by=victor)
    with pytest.raises(NotItsPaper):
        verify(need, victor, document=paper)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.DECLINED, Stage.LEFT, Stage.COMPLETED])
def test_nobody_confirms_what_is_not_looked_at(application, need, victor, stage):
    application.stage = stage
    db.session.commit()
    with pytest.raises(NotNow):
        verify(need, victor)


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "otto", "rita"])
def test_only_those_who_vet_confirm(need, request, who):
    with pytest.raises(NotAllowed):
        verify(need, request.getfixturevalue(who))


def test_nobody_confirms_their_own_costs(an_application, victor):
    own = an_application(Stage.IN_REVIEW, applicant=victor)
    with pytest.raises(NotAllowed):
        verify(fresh(own).needs[0], victor)


@pytest.mark.both_databases
@pytest.mark.parametrize("wrong", ["own", "free", "ended"])
def test_the_database_refuses_what_cannot_be(an_application, victor, wrong):
    application = an_application(Stage.IN_REVIEW, applicant=victor)
    need = fresh(application).needs[0]
    row = NeedVerification(
        application_id=application.id,
        need_id=need.id,
        kind=need.kind,
        amount=0 if wrong == "free" else need.amount,
        currency="EUR",
        term=need.term,
        how=How.CALLED,
        verified_by_id=victor.id,
        applicant_user_id=victor.id if wrong == "own" else None,
        expires_on=clock.today() - timedelta(days=1) if wrong == "ended" else clock.today() + HALF_A_YEAR,
    )
    db.session.add(row)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_correction_changes_the_cost_and_confirms_it(application, need, victor):
    rules.correct(need, told(850_00), by=victor)
    db.session.commit()

    assert fresh(application).needs[0].money == Money(850_00, "EUR")
    assert cost(application).state is CostState.VERIFIED
    assert cost(application).last.how is How.CALLED


def test_the_student_reads_what_was_corrected_and_why(application, need, victor, hold):
    rules.correct(need, told(850_00), by=victor)
    db.session.commit()

    page = hold(application).get("/apply/status").text

    assert "The fee note says so." in page
    assert "€900.00" in page
    assert "€850.00" in page


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.SUPPORTED, Stage.MORE_INFO, Stage.DECLINED])
def test_nothing_is_corrected_by_one_person_after_approval(application, need, victor, stage):
    application.stage = stage
    db.session.commit()
    with pytest.raises(NotNow):
        rules.correct(need, told(), by=victor)


def test_a_correction_corrects_something(need, victor):
    with pytest.raises(SameAsBefore):
        rules.correct(need, told(900_00), by=victor)


def test_the_reason_is_unreadable_once_the_student_is_forgotten(application, need, victor):
    change = rules.correct(need, told(), by=victor)
    db.session.commit()
    assert "fee note" not in (change.reason_sealed or "")

    application.person_key.destroy()
    db.session.commit()

    assert db.session.get_one(NeedChange, change.id).reason is None


@pytest.mark.parametrize(("amount", "material"), [(945_00, False), (945_01, True), (855_00, False), (854_99, True)])
def test_more_than_five_per_cent_is_material(need, amount, material):
    assert changes.is_material(need, told(amount)) is material


def test_another_kind_or_term_is_material(need):
    assert changes.is_material(need, told(900_00, kind=NeedKind.BOARDING))
    assert changes.is_material(need, told(900_00, term="Term 2, 2027"))


@pytest.mark.both_databases
def test_two_who_propose_at_once_make_one_change(app, an_application, victor, vera):
    application = an_application(Stage.APPROVED, needs=[("Tuition", 900_00)])
    need_id = fresh(application).needs[0].id

    def propose(user_id):
        def act():
            user = db.session.get_one(User, user_id)
            user.second_factor = user.reauthenticated = True
            return changes.propose(db.session.get_one(Need, need_id), told(), material=True, by=user)

        return committed(act)

    done = at_once(app, propose(victor.id), propose(vera.id))

    assert sorted(type(each).__name__ for each in done) == ["NeedChange", "ProposedAlready"]
    assert db.session.query(NeedChange).one().state is ChangeState.PROPOSED


def test_a_vetter_confirms_on_the_page(application, need, sign_in, victor):
    at = f"/a/lantern/applications/{application.ref}/needs"
    browser = sign_in(victor)
    assert "Not confirmed" in browser.get(at).text

    until = (clock.today() + HALF_A_YEAR).isoformat()
    assert until in browser.get(f"{at}/{need.id}/verify").text
    sent = submit(browser, f"{at}/{need.id}/verify", how="fee_note", expires_on=until)

    assert sent.status_code == 303
    assert "Confirmed" in browser.get(at).text
    assert cost(application).last.expires_on == clock.today() + HALF_A_YEAR


def test_a_wrong_day_is_told_at_its_field_and_nothing_typed_is_lost(application, need, sign_in, victor):
    at = f"/a/lantern/applications/{application.ref}/needs/{need.id}/verify"

    sent = submit(sign_in(victor), at, how="called", expires_on="2020-01-01", note="Rang twice")

    assert sent.status_code == 422
    assert "Choose a day after today" in sent.text
    assert "Rang twice" in sent.text


def test_a_vetter_corrects_on_the_page(application, need, sign_in, victor):
    at = f"/a/lantern/applications/{application.ref}/needs/{need.id}/correct"
    fields = {"kind": "tuition", "amount": "850", "term": need.term, "how": "called", "reason": "The fee note says so."}

    assert submit(sign_in(victor), at, **fields).status_code == 303
    assert cost(application).need.money == Money(850_00, "EUR")


def test_a_paper_of_the_cost_stands_beside_it(application, need, sign_in, victor):
    rules.attach(application, PDF, DocumentKind.FEE_NOTE, Source.STUDENT, need=need)
    db.session.commit()

    page = sign_in(victor).get(f"/a/lantern/applications/{application.ref}/needs").text

    assert "Open the fee note" in page


def test_the_page_asks_as_often_for_thirty_costs_as_for_one(an_application, sign_in, victor):
    browser = sign_in(victor)

    def asked(count):
        needs = [(f"Cost {at}", 100) for at in range(count)]
        one = an_application(Stage.APPROVED, needs=needs)
        with counting() as sent:
            assert browser.get(f"/a/lantern/applications/{one.ref}/needs").status_code == 200
        return len(sent)

    asked(1)
    assert asked(1) == asked(30)
