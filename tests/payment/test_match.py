"""Which pledge an entry on the statement pays."""

import pytest

from campaigns.kit.refs import creditor_reference
from campaigns.payment.rules.match import Due, Matcher, Said
from campaigns.payment.states import Because
from campaigns.pledge.states import InstalmentState

REFERENCE = creditor_reference("7K2M9QXA1")
OTHER = creditor_reference("B4TZ8WPC1")


def an_instalment(reference=REFERENCE, amount=50_00, *, state=InstalmentState.DUE, name="Petra Müller", company=None):
    return Due(1, reference, state, amount, "EUR", name, company)


def an_entry(remittance="", amount=50_00, payer=None, currency="EUR"):
    return Said(1, amount, currency, payer, remittance)


def proposed(entry, *instalments):
    """What an entry is thought to pay, and why."""
    found = Matcher(instalments or [an_instalment()]).find(entry)
    return (*(each.reference for each in found[0]), found[1]) if found else (None, None)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        REFERENCE.lower(),
        " ".join(REFERENCE),
        f"Donation {REFERENCE}, thank you",
        f"SVWZ+{REFERENCE[:4]} {REFERENCE[4:8]} {REFERENCE[8:]} EREF+123",
        f"{REFERENCE[:6]}-{REFERENCE[6:]}",
    ],
)
def test_the_reference_is_found_however_the_bank_writes_it(text):
    assert proposed(an_entry(text)) == (REFERENCE, Because.EXACT)


def test_the_reference_with_another_amount_is_proposed_but_not_exact():
    assert proposed(an_entry(REFERENCE, amount=49_99)) == (REFERENCE, Because.REFERENCE)


@pytest.mark.parametrize("at", range(len(REFERENCE)))
def test_one_wrong_character_anywhere_is_forgiven(at):
    wrong = "W" if REFERENCE[at] != "W" else "X"
    typed = REFERENCE[:at] + wrong + REFERENCE[at + 1 :]

    assert proposed(an_entry(f"Hello {typed} thanks")) == (REFERENCE, Because.TYPO)


@pytest.mark.parametrize("at", range(len(REFERENCE)))
def test_one_missing_character_anywhere_is_forgiven(at):
    found, because = proposed(an_entry(f"Hello, {REFERENCE[:at]}{REFERENCE[at + 1 :]} thanks"))

    assert (found, because) == (REFERENCE, Because.TYPO)


@pytest.mark.parametrize("at", range(len(REFERENCE) + 1))
def test_one_character_too_many_anywhere_is_forgiven(at):
    found, because = proposed(an_entry(f"Hello {REFERENCE[:at]}W{REFERENCE[at:]} thanks"))

    assert found == REFERENCE
    assert because in {Because.TYPO, Because.EXACT}


@pytest.mark.parametrize("at", range(len(REFERENCE) - 1))
def test_two_swapped_neighbours_anywhere_are_forgiven(at):
    typed = REFERENCE[:at] + REFERENCE[at + 1] + REFERENCE[at] + REFERENCE[at + 2 :]

    assert proposed(an_entry(f"Hello {typed} thanks")) == (REFERENCE, Because.TYPO)


def test_letters_that_look_alike_are_the_same():
    reference = creditor_reference("01011010A")
    typed = reference.replace("0", "O").replace("1", "I")

    assert proposed(an_entry(typed), an_instalment(reference)) == (reference, Because.TYPO)


def test_two_slips_are_too_many():
    typed = REFERENCE[:3] + "WW" + REFERENCE[5:]

    assert proposed(an_entry(typed)) == (None, None)


def test_a_slip_that_could_be_either_of_two_is_left_to_a_person():
    one, two = an_instalment("RF00AAAAAAAB1"), an_instalment("RF00AAAAAAAC1")

    assert proposed(an_entry("RF00AAAAAAAD1"), one, two) == (None, None)


def test_without_a_reference_the_amount_and_the_name_decide():
    assert proposed(an_entry("Donation", payer="MUELLER PETRA"))[1] is None
    assert proposed(an_entry("Donation", payer="Müller, Petra")) == (REFERENCE, Because.NAME)
    assert proposed(an_entry("Donation", payer="PETRA MULLER-SCHMIDT u. JENS")) == (REFERENCE, Because.NAME)


def test_the_name_of_the_organisation_counts_too():
    instalment = an_instalment(name="Petra", company="Meridian Freight GmbH")

    assert proposed(an_entry(payer="MERIDIAN FREIGHT GMBH"), instalment) == (REFERENCE, Because.NAME)


def test_the_name_with_another_amount_proves_nothing():
    assert proposed(an_entry(payer="Petra Müller", amount=51_00)) == (None, None)


def test_an_amount_whose_hash_is_the_same_is_another_amount():
    assert proposed(an_entry(payer="Petra Müller"), an_instalment(amount=50_00 + 2**40)) == (None, None)


def test_two_pledges_of_one_name_and_amount_are_left_to_a_person():
    same = [an_instalment(REFERENCE), an_instalment(OTHER)]

    assert proposed(an_entry(payer="Petra Müller"), *same) == (None, None)


@pytest.mark.parametrize("payer", [None, "", "  ", "X", "Somebody Else"])
def test_a_payer_without_a_likely_name_matches_nobody(payer):
    assert proposed(an_entry(payer=payer), an_instalment(name="X Y")) == (None, None)


@pytest.mark.parametrize("state", [InstalmentState.PAID, InstalmentState.LAPSED, InstalmentState.CANCELLED])
def test_a_reference_that_is_not_due_any_more_is_shown_as_such(state):
    assert proposed(an_entry(REFERENCE), an_instalment(state=state)) == (REFERENCE, Because.PAID_BEFORE)


def test_of_two_references_the_one_that_is_due_is_meant():
    paid, due = an_instalment(REFERENCE, state=InstalmentState.PAID), an_instalment(OTHER)

    assert proposed(an_entry(f"{REFERENCE} / {OTHER}"), paid, due) == (OTHER, Because.EXACT)


def test_money_in_another_currency_matches_nothing():
    assert proposed(an_entry(REFERENCE, payer="Petra Müller", currency="USD")) == (None, None)


def test_the_reference_of_nobody_is_not_guessed():
    assert proposed(an_entry(OTHER)) == (None, None)


@pytest.mark.parametrize("text", ["", "RF", "RF" * 200, "💶" * 50, "\x00", REFERENCE[:5]])
def test_odd_texts_do_no_harm(text):
    assert proposed(an_entry(text)) == (None, None)
