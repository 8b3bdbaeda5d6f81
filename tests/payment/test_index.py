"""Things found by keys in a packed row: each once, all that share a key, and nothing lost by sorting in parts."""

import pytest

from campaigns.payment.rules import index
from campaigns.payment.rules.index import Index


def test_all_that_share_a_key_are_found_and_nothing_else():
    found = Index(["ab", "bc", "cd"], lambda word: tuple(word))
    assert [sorted(found.having(key)) for key in "abcde"] == [["ab"], ["ab", "bc"], ["bc", "cd"], ["cd"], []]


def test_a_thing_with_a_key_twice_is_found_once():
    found = Index(["aa", "ba"], lambda word: tuple(word))
    assert sorted(found.having("a")) == ["aa", "ba"]


def test_sorting_in_parts_loses_nothing(monkeypatch):
    monkeypatch.setattr(index, "AT_ONCE", 3)
    found = Index(list(range(100)), lambda number: (number % 7,))
    assert [sorted(found.having(key)) for key in range(7)] == [list(range(key, 100, 7)) for key in range(7)]


def test_more_than_can_be_told_apart_is_refused(monkeypatch):
    monkeypatch.setattr(index, "PLACES", 2)
    with pytest.raises(ValueError, match="told apart"):
        Index(["a", "b", "c"], lambda word: (word,))
