"""An alias holds nothing of a name, and no two students of a community are given the same one."""

import pytest

from campaigns.kit import crypto, db
from campaigns.student import aliases, queries, rules


@pytest.mark.parametrize("name", ["Amber Otieno", "Ámbér", "Heron", "Wren O'Dea", "Silver Wren", "Ada Quiet"])
def test_no_suggestion_holds_a_part_of_the_name(name):
    for alias in aliases.suggest(200, avoiding=name):
        assert not aliases.gives_away(alias, name)
        assert not set(aliases.words(alias)) & set(aliases.words(name))


def test_no_suggestion_is_taken(monkeypatch):
    monkeypatch.setattr(aliases, "FIRST", ["Amber", "Silver"])
    monkeypatch.setattr(aliases, "SECOND", ["Heron", "Wren"])
    taken = ["Amber Heron", "Amber Wren", "Silver Heron"]
    assert aliases.suggest(1, taken=taken) == ["Silver Wren"]


def test_where_most_are_taken_two_share_one_rather_than_nobody_find_any(monkeypatch):
    monkeypatch.setattr(aliases, "FIRST", ["Amber"])
    monkeypatch.setattr(aliases, "SECOND", ["Heron"])
    monkeypatch.setattr(aliases, "MOST_TAKEN", 1)
    assert aliases.suggest(1, taken=["Amber Heron"]) == ["Amber Heron"]


def test_students_of_one_community_begin_with_different_aliases(lantern):
    for _ in range(40):
        rules.start(lantern, once=crypto.token(), by=None)
    found = list(db.session.scalars(queries.aliases_of(lantern.id)))
    assert len(found) == len(set(found)) == 40
