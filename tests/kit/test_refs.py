import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.kit import refs

BODIES = st.text(alphabet=refs.ALPHABET, min_size=1, max_size=21)


def test_a_reference_has_no_letters_that_look_alike() -> None:
    drawn = "".join(refs.random_ref() for _ in range(500))
    assert not set(drawn) & set("ILOU")
    assert set(drawn) == set(refs.ALPHABET)


def test_references_have_the_length_asked_and_do_not_repeat() -> None:
    assert [len(refs.random_ref(length)) for length in (1, 8, 12)] == [1, 8, 12]
    assert len({refs.random_ref() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("typed", ["7K0M1XQ9", "7k0m1xq9", " 7K0M 1XQ9 ", "7k0m-1xq9", "7KOMIXQ9", "7komlxq9\n"])
def test_a_reference_is_found_however_it_is_typed(typed: str) -> None:
    assert refs.normalise_ref(typed) == "7K0M1XQ9"


@given(st.integers(1, 30))
def test_a_drawn_reference_is_already_normal(length: int) -> None:
    reference = refs.random_ref(length)
    assert refs.normalise_ref(reference.lower()) == reference


# Creditor references: RF18 5390 0754 7034 is the example of the standard


def test_a_creditor_reference_carries_the_standard_s_check_digits() -> None:
    assert refs.creditor_reference("539007547034") == "RF18539007547034"
    assert refs.creditor_reference("vouch7k") == refs.creditor_reference("VOUCH7K")


@given(BODIES)
def test_what_we_make_is_valid_and_one_wrong_digit_is_not(body: str) -> None:
    reference = refs.creditor_reference(body)
    assert refs.is_creditor_reference(reference)
    assert refs.is_creditor_reference(" ".join(re.findall(".{1,4}", reference.lower())))
    wrong = f"{reference[:3]}{(int(reference[3]) + 1) % 10}{reference[4:]}"
    assert not refs.is_creditor_reference(wrong)


@pytest.mark.parametrize("body", ["", "A" * 22, "A-B", "É1", "A B", "١٢", "A\n"])
def test_a_body_that_no_bank_carries_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="creditor reference"):
        refs.creditor_reference(body)


@pytest.mark.parametrize(
    "text", ["", "RF", "RF18", "RF17539007547034", "18539007547034", "RF18 5390 0754 70É4", "RF१८"]
)
def test_what_is_no_creditor_reference_is_told_apart(text: str) -> None:
    assert not refs.is_creditor_reference(text)


@pytest.mark.parametrize(
    "remittance",
    [
        "RF18539007547034",
        "rf18 5390 0754 7034",
        "/RFB/RF18539007547034",
        "SVWZ+RF18 5390 0754 7034 Thank you",
        "Payment RF18-5390-0754-7034, spring term",
        "RF1853900754\n7034",
        "R F 1 8 5 3 9 0 0 7 5 4 7 0 3 4",
        "+++RF18.5390.0754.7034+++",
        "RFRF18539007547034",
        "RF99 RF18539007547034",
        "ref:RF18539007547034/x",
        "RF18539007547034THANKYOU",
        "école RF18539007547034 été",
    ],
)
def test_a_creditor_reference_is_found_in_a_bank_s_text(remittance: str) -> None:
    assert "RF18539007547034" in refs.find_creditor_references(remittance)


def test_several_references_come_in_order_and_once() -> None:
    first, second = refs.creditor_reference("SPRING1"), refs.creditor_reference("AUTUMN2")
    assert refs.find_creditor_references(f"{first}; {second}; {first}") == [first, second]


@pytest.mark.parametrize("text", ["", "Thank you", "RF", "RF17539007547034", "surf 12", "RF18"])
def test_a_text_without_a_reference_gives_none(text: str) -> None:
    assert refs.find_creditor_references(text) == []


@given(BODIES, st.text(max_size=60), st.text(max_size=60))
def test_a_reference_set_apart_by_spaces_is_found_whatever_surrounds_it(body: str, before: str, after: str) -> None:
    reference = refs.creditor_reference(body)
    assert reference in refs.find_creditor_references(f"{before} {reference} {after}")


@given(st.text(alphabet="RF01 ", max_size=300))
def test_only_valid_references_are_given(text: str) -> None:
    assert all(refs.is_creditor_reference(found) for found in refs.find_creditor_references(text))
