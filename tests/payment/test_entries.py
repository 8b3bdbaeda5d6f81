"""What a treasurer does with the entries of a statement."""

import pytest

from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.ledger.models import Movement
from campaigns.payment.models import BankEntry, Receipt
from campaigns.payment.rules import entries as rules
from campaigns.payment.rules import statement
from campaigns.payment.rules.check import problems
from campaigns.payment.rules.entries import ConfirmedBefore, NoMatch
from campaigns.payment.rules.receive import OtherCurrency
from campaigns.payment.states import ENTRY_MOVES, Because, EntryState
from campaigns.pledge import queries
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import submit
from tests.cast.queries import counting
from tests.payment.samples import stand_entry

ENTRIES = "/a/lantern/money/entries"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def pledge(campaign, a_pledge):
    return a_pledge(campaign, 50_00, name="Petra Sponsor")


@pytest.fixture
def an_entry(lantern):
    """An entry on the statement, matched as an import would."""

    def make(remittance="", amount=50_00, *, community=None, **said):
        return stand_entry((community or lantern).id, remittance, amount, **said)

    return make


@pytest.fixture
def treasurer(sign_in, tomas):
    return sign_in(tomas)


def now(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def reference(pledge):
    return now(pledge).instalments[0].reference


def press(client, url, **fields):
    """Press a button of the entries' page that posts to this address."""
    return submit(client, ENTRIES, to=url, **fields)


def test_the_page_shows_what_each_entry_pays_and_why(treasurer, pledge, an_entry):
    an_entry(reference(pledge), payer="Petra")
    an_entry("Donation", amount=7_00)

    page = treasurer.get(ENTRIES).text
    assert "Petra Sponsor, <bdi" in page
    assert "Reference and amount" in page
    assert "Not known" in page


@pytest.mark.both_databases
def test_confirming_books_the_money_and_tells_the_sponsor(treasurer, campaign, pledge, an_entry, tomas):
    entry = an_entry(reference(pledge))
    answer = press(treasurer, f"{ENTRIES}/{entry.id}/confirm")

    assert answer.status_code == 303
    db.session.expire_all()
    assert (entry.state, entry.confirmed_by_id) == (EntryState.CONFIRMED, tomas.id)
    assert now(pledge).status is PledgeStatus.FULFILLED
    assert now(pledge).instalments[0].paid_at.date() == entry.booked_on
    assert db.session.query(Campaign).one().received == 50_00
    assert db.session.query(Receipt).count() == 1
    assert problems() == []


def test_the_second_treasurer_is_told_kindly_who_was_faster(treasurer, sign_in, a_user, lantern, pledge, an_entry):
    entry = an_entry(reference(pledge))
    other = sign_in(a_user("Tilda", (Role.TREASURER, lantern)))
    other.get(ENTRIES)
    waiting = an_entry("Donation", amount=9_00)
    press(treasurer, f"{ENTRIES}/{entry.id}/confirm")

    answer = press(other, f"{ENTRIES}/{entry.id}/confirm")

    assert answer.status_code == 422
    assert "Tomas confirmed this entry" in answer.text
    assert "The money was booked once" in answer.text
    assert f"{ENTRIES}/{waiting.id}" in answer.text
    assert db.session.query(Movement).count() == 1


def test_pressing_confirm_twice_books_once(treasurer, pledge, an_entry):
    entry = an_entry(reference(pledge))
    press(treasurer, f"{ENTRIES}/{entry.id}/confirm")
    again = press(treasurer, f"{ENTRIES}/{entry.id}/confirm")

    assert again.status_code == 422
    assert "You confirmed this entry" in again.text
    assert db.session.query(Movement).count() == 1


def test_all_that_are_exact_are_confirmed_at_once_and_no_other(treasurer, campaign, a_pledge, an_entry):
    exact = [an_entry(reference(a_pledge(campaign, 50_00))) for _ in range(3)]
    typo = an_entry(reference(a_pledge(campaign, 50_00))[:-2] + "WW"[:1])
    short = an_entry(reference(a_pledge(campaign, 50_00)), amount=40_00)

    answer = press(treasurer, f"{ENTRIES}/confirm")

    assert answer.status_code == 303
    assert "3 payments confirmed." in treasurer.get(ENTRIES).text
    db.session.expire_all()
    assert {entry.state for entry in exact} == {EntryState.CONFIRMED}
    assert EntryState.CONFIRMED not in {typo.state, short.state}
    assert problems() == []


def test_confirming_all_again_confirms_nothing_more(treasurer, pledge, an_entry):
    an_entry(reference(pledge))
    press(treasurer, f"{ENTRIES}/confirm")
    press(treasurer, f"{ENTRIES}/confirm")

    assert db.session.query(Movement).count() == 1


def test_two_entries_for_one_pledge_do_not_pay_it_twice(lantern, pledge, an_entry, tomas):
    an_entry(reference(pledge)), an_entry(reference(pledge))
    assert rules.confirm_sure(lantern, by=tomas) == 2

    assert db.session.query(Campaign).one().received == 50_00
    assert problems() == []


def test_an_entry_that_matches_nothing_cannot_be_confirmed(pledge, an_entry, tomas):
    entry = an_entry("Donation", amount=7_00)

    with pytest.raises(NoMatch):
        rules.confirm(entry, by=tomas)
    assert db.session.query(Movement).count() == 0


def test_the_match_can_be_changed_and_is_then_confirmed(treasurer, campaign, pledge, a_pledge, an_entry):
    other = a_pledge(campaign, 50_00, name="Jens Sponsor")
    entry = an_entry(reference(pledge))

    shown = treasurer.get(f"{ENTRIES}/{entry.id}").text
    assert "Jens Sponsor" in shown
    answer = submit(treasurer, f"{ENTRIES}/{entry.id}", to=f"{ENTRIES}/{entry.id}/match", reference=reference(other))
    assert answer.status_code == 303
    press(treasurer, f"{ENTRIES}/{entry.id}/confirm")

    assert now(other).status is PledgeStatus.FULFILLED
    assert now(pledge).status is PledgeStatus.CONFIRMED
    db.session.refresh(entry)
    assert entry.proposed_because is Because.CHOSEN


def test_a_choice_of_the_treasurer_outlives_the_next_import(pledge, campaign, a_pledge, an_entry, tomas, lantern):
    other = a_pledge(campaign, 50_00)
    entry = an_entry(reference(pledge))
    rules.choose(entry, now(other).instalments[0], by=tomas)
    statement.propose(lantern.id)

    assert entry.proposed_because is Because.CHOSEN
    assert entry.instalment_id == now(other).instalments[0].id


def test_an_entry_that_came_before_its_pledge_is_explained_by_the_next_look(lantern, pledge, an_entry, tomas):
    entry = an_entry("for nobody yet", payer="Late Riser", amount=77_00)
    assert entry.state is EntryState.UNMATCHED
    db.session.query(type(pledge)).update({"name": "Late Riser"})
    now(pledge).instalments[0].amount = 77_00
    statement.propose(lantern.id)

    assert (entry.state, entry.proposed_because) == (EntryState.PROPOSED, Because.NAME)
    db.session.rollback()


@pytest.mark.parametrize("typed", ["RF00NOBODY", "x", "%"])
def test_a_reference_that_nobody_has_is_said_at_its_field(treasurer, pledge, an_entry, typed):
    entry = an_entry("Donation", amount=7_00)
    answer = submit(treasurer, f"{ENTRIES}/{entry.id}", to=f"{ENTRIES}/{entry.id}/match", reference=typed)

    assert answer.status_code == 422
    assert "No pledge to this community has this reference." in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_pledge_in_another_currency_cannot_be_chosen(pledge, an_entry, tomas):
    entry = an_entry("Donation", currency="USD")

    with pytest.raises(OtherCurrency):
        rules.choose(entry, now(pledge).instalments[0], by=tomas)


@pytest.mark.both_databases
def test_an_entry_that_pays_no_pledge_is_set_aside_with_the_reason(treasurer, pledge, an_entry):
    entry = an_entry("Membership fee", amount=7_00)
    url = f"{ENTRIES}/{entry.id}"

    assert "Give the reason" in submit(treasurer, url, to=f"{url}/ignore", reason="").text
    assert submit(treasurer, url, to=f"{url}/ignore", reason="A membership fee").status_code == 303
    db.session.refresh(entry)
    assert (entry.state, entry.note) == (EntryState.IGNORED, "A membership fee")
    assert "Membership fee" not in treasurer.get(ENTRIES).text
    assert "A membership fee" in treasurer.get(f"{ENTRIES}?state=ignored").text


def test_what_was_set_aside_can_be_taken_up_again(treasurer, pledge, an_entry, tomas):
    entry = an_entry("Donation", amount=7_00)
    rules.ignore(entry, "Not ours", by=tomas)
    db.session.commit()

    answer = submit(treasurer, f"{ENTRIES}?state=ignored", to=f"{ENTRIES}/{entry.id}/take-up")
    assert answer.location == f"{ENTRIES}/{entry.id}"
    db.session.refresh(entry)
    assert (entry.state, entry.note) == (EntryState.UNMATCHED, None)


@pytest.mark.parametrize("act", ["confirm", "choose", "ignore", "take_up"])
def test_what_is_confirmed_stays_so(pledge, an_entry, tomas, act):
    entry = an_entry(reference(pledge))
    rules.confirm(entry, by=tomas)
    more = {"choose": (now(pledge).instalments[0],), "ignore": ("Not ours",)}.get(act, ())

    with pytest.raises(ConfirmedBefore):
        getattr(rules, act)(entry, *more, by=tomas)


@pytest.mark.parametrize(
    ("current", "target"),
    [(a, b) for a in EntryState for b in EntryState if b not in ENTRY_MOVES.get(a, ())],
)
def test_an_entry_takes_no_step_that_the_table_has_not(current, target):
    with pytest.raises(IllegalMove):
        BankEntry(state=current).move_to(target)


@pytest.mark.parametrize("who", ["amina", "marta", "victor", "safiya", "rita"])
def test_only_the_treasurer_decides(request, lantern, pledge, an_entry, who):
    entry, somebody = an_entry(reference(pledge)), request.getfixturevalue(who)

    for act, more in [("confirm", ()), ("choose", (now(pledge).instalments[0],)), ("ignore", ("x",)), ("take_up", ())]:
        with pytest.raises(NotAllowed):
            getattr(rules, act)(entry, *more, by=somebody)
    with pytest.raises(NotAllowed):
        rules.confirm_sure(lantern, by=somebody)
    db.session.delete(entry)
    db.session.commit()
    with pytest.raises(NotAllowed):  # also where there is nothing to confirm
        rules.confirm_sure(lantern, by=somebody)
    assert db.session.query(Movement).count() == 0


def test_the_organiser_sees_the_entries_but_has_nothing_to_press(sign_in, amina, pledge, an_entry):
    entry = an_entry(reference(pledge))
    page = sign_in(amina).get(ENTRIES)

    assert page.status_code == 200
    assert f"{ENTRIES}/{entry.id}" not in page.text
    assert sign_in(amina).get(f"{ENTRIES}/{entry.id}").status_code == 403


def test_the_entries_of_another_community_cannot_be_found(treasurer, harbour, otto, sign_in, an_entry, pledge):
    theirs = an_entry("Donation", community=harbour)

    assert treasurer.get(f"{ENTRIES}/{theirs.id}").status_code == 404
    assert press(treasurer, f"{ENTRIES}/{theirs.id}/confirm").status_code == 404
    assert sign_in(otto).get(ENTRIES).status_code == 404
    assert treasurer.get("/a/harbour/money/entries").status_code == 404


def test_the_page_asks_the_database_the_same_for_one_entry_and_for_many(treasurer, campaign, a_pledge, an_entry):
    an_entry(reference(a_pledge(campaign, 50_00)))
    with counting() as few:
        treasurer.get(ENTRIES)
    for _ in range(12):
        an_entry(reference(a_pledge(campaign, 50_00)))
    with counting() as many:
        treasurer.get(ENTRIES)

    assert len(many) == len(few) <= 10


def test_looking_again_asks_the_database_the_same_however_much_was_paid_before(
    lantern, campaign, a_pledge, an_entry, tomas
):
    an_entry("Donation", amount=7_00)
    with counting() as few:
        statement.propose(lantern.id)
    for _ in range(8):
        rules.confirm(an_entry(reference(a_pledge(campaign, 50_00))), by=tomas)
    db.session.commit()
    with counting() as many:
        statement.propose(lantern.id)

    assert len(many) == len(few)


def test_an_entry_that_quotes_what_was_paid_before_is_shown_as_such(pledge, an_entry, tomas):
    rules.confirm(an_entry(reference(pledge)), by=tomas)
    again = an_entry(reference(pledge))

    assert (again.state, again.proposed_because) == (EntryState.PROPOSED, Because.PAID_BEFORE)
