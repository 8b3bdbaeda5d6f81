"""Whatever leads from a text to a person is found, also in disguise; ordinary sentences are left alone."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from campaigns.kit import identifiers
from campaigns.kit.identifiers import Kind

REGIONS = ("KE", "UG", "TZ", "NG", "ZA", "IN", "GB", "DE", "FR", "US")
FORMATS = (
    PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966,
)  # fmt: skip
SPELT = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
AROUND = st.sampled_from(["", "My number: {} thanks", "call {}, please", "({})", "Ring me.\n{}\nToday", "tel {}!"])


def kinds(text, names=()):
    return [each.kind for each in identifiers.find(text, names)]


def digits(text):
    return "".join(char for char in text if char.isdecimal())


@st.composite
def written_numbers(draw):
    """A real mobile number of some country, as somebody there would write it, and hidden a little or not."""
    example = phonenumbers.example_number_for_type(draw(st.sampled_from(REGIONS)), phonenumbers.PhoneNumberType.MOBILE)
    said = phonenumbers.format_number(example, draw(st.sampled_from(FORMATS))).removeprefix("tel:")
    said = said.replace(" ", draw(st.sampled_from([" ", "-", ".", "  ", " - ", "/", "\u00a0", "_"])))
    zero = draw(st.sampled_from(["0", "٠", "०", "０"]))
    said = "".join(chr(ord(zero) + int(char)) if char in "0123456789" else char for char in said)
    hidden = draw(st.sampled_from(["", "\u200b", "\u2060"]))
    return said[:4] + hidden + said[4:]


@given(written_numbers(), AROUND)
def test_a_phone_number_is_found_however_it_is_written(number, around):
    text = around.format(number) if around else number
    found = [each for each in identifiers.find(text) if each.kind is Kind.PHONE]
    assert found, text
    assert digits(number)[-6:] in "".join(digits(each.text) for each in found)
    assert digits(number)[-6:] not in digits(identifiers.strip(text))


@given(st.lists(st.sampled_from(SPELT), min_size=7, max_size=12))
def test_a_spelt_out_number_is_found(words):
    assert kinds(f"it is {' '.join(words)} ok") == [Kind.PHONE]


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_what_is_found_stands_in_it(text):
    after = 0
    for each in identifiers.find(text, ["Grace Were"]):
        assert text[each.start : each.end] == each.text
        assert after <= each.start < each.end
        after = each.end
    identifiers.strip(text, ["Grace Were"])


DISGUISED = {
    Kind.PHONE: [
        "0-7-0-0-0-0-0-0-0-1", "07 00 00 00 01", "O7OO OOO OO1", "0 7 0 0, 0 0 0, 0 0 1", "07.00.00.00.01",
        "0,7,1,2,3,4,5,6,7,8", "zero seven one two three four five six seven eight", "254700000001",
        "zero seven double one three four five six", "07 one two 34 five six seven 8", "+254 (0) 700-000-001",
        "sifuri saba moja mbili tatu nne tano sita saba nane", "0 7 ١ ٢ ٣ ٤ ٥ ٦ ٧ ٨", "00254 700 000 001",
        "0700\u200b000\u200b001", "٠٧٠٠٠٠٠٠٠١", "０７００ ０００ ００１", "+44 7700 900123", "(0700) 000001",
    ],
    Kind.EMAIL: [
        "grace@example.org", "grace.w+x@mail.example.com", "grace at mail dot com", "grace (at) mail (dot) com",
        "grace[at]mail[dot]co[dot]ke", "grace @ mail . com", "GRACE AT GMAIL.COM", "grace{at}yahoo.com",
        "ｇｒａｃｅ＠example．org", "grace arobase mail point fr", "grace at gmail dot com",
    ],
    Kind.LINK: [
        "https://example.org/x", "www.example.org", "see example.com", "t.me/grace", "wa.me/254700", "bit.ly/abc",
        "hxxp://example.org", "my page: grace dot com", "http ://example.org",
    ],
    Kind.HANDLE: [
        "@amber_heron", "insta: amber", "Instagram is amber.h", "find me on WhatsApp", "telegram = amber", "ig: amber",
        "my snap: amber99", "TikTok @amber", "on Facebook as Amber Were", "whats app me", "fb: amber.were",
    ],
    Kind.IBAN: ["DE89 3704 0044 0532 0130 00", "de89370400440532013000", "GB82WEST12345698765432"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, each in DISGUISED.items() for said in each])
def test_a_disguise_does_not_help(kind, said):
    assert kind in kinds(f"Hello, {said} and greetings"), identifiers.find(f"Hello, {said} and greetings")


@pytest.mark.parametrize(
    "said",
    [
        "The fees are €12,500.00 for 2026, and 1 200 000 shillings for the whole course.",
        "I paid KES 90,000 on 2026-11-25, and EUR 1250.50 on 03.12.2026.",
        "My reference is RF18 5390 0754 7034, as you wrote.",
        "From 2024-2026 I was in form 1, 2 and 3; my marks were 78, 81, 90 and 65 of 100.",
        "We meet at school at 8.30 and at 14:15. It takes 45 minutes, 3.5 kilometres.",
        "I was at home. Then my mother came in. It was 7 o'clock.",
        "One or two of us, three at most, will sit for the exam; four have done so before.",
        "I look at the dot on the board. At point B the line ends.",
        "The signal was weak, so the messenger came late. X is 12.",
        "Thank you for the 50 euros a month! I read 12 books in 2025 and 7 this year.",
        "I was number 1,234,567 of all who sat for it.",
        "Biology is my best subject. I keep the attendance book e.g. on Mondays, i.e. every week.",
    ],
)
def test_an_ordinary_sentence_is_left_as_it_is(said):
    assert identifiers.find(said) == []
    assert identifiers.strip(said) == said


def test_names_that_must_not_be_said_are_found_without_accents_and_in_any_case():
    text = "I am gracé Were of Mwangaza. The school is far; gracefully yours."
    found = identifiers.find(text, ["Grace Auma Were", "Mwangaza Secondary School"])
    assert [(each.kind, each.text) for each in found] == [
        (Kind.NAME, "gracé"), (Kind.NAME, "Were"), (Kind.NAME, "Mwangaza"),
    ]  # fmt: skip


def test_what_was_there_is_said_in_its_place():
    text = "Call 0700 000 001 or write to grace@example.org."
    assert identifiers.strip(text) == "Call [phone number removed] or write to [e-mail address removed]."


def test_identifiers_that_overlap_are_one():
    assert kinds("mail me: grace@example.org/x") == [Kind.EMAIL]
