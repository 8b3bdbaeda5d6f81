"""Names under which students appear: two words of a list, never a part of who they are."""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

FIRST, SECOND = (line.split() for line in Path(__file__).with_name("aliases.txt").read_text().splitlines())
SHORTEST_PART = 3
MOST_TAKEN = len(FIRST) * len(SECOND) // 2  # beyond, two may share one rather than nobody find any


def suggest(count: int, avoiding: str = "", taken: Collection[str] = ()) -> list[str]:
    """So many different aliases, none of which has a part of the name `avoiding` or is `taken` already."""
    found: set[str] = set()
    while len(found) < count:
        alias = f"{secrets.choice(FIRST)} {secrets.choice(SECOND)}"
        if not gives_away(alias, avoiding) and (alias not in taken or len(taken) >= MOST_TAKEN):
            found.add(alias)
    return sorted(found)


def gives_away(alias: str, name: str) -> bool:
    """Whether an alias holds a part of a name, whole or shortened, in any case, with or without accents."""
    run_together = "".join(words(alias))
    parts = list(words(name))
    if any(len(part) >= SHORTEST_PART and part in run_together for part in parts):
        return True
    shortened = (word for word in words(alias) if len(word) >= SHORTEST_PART)
    return any(part.startswith(word) for word in shortened for part in parts) or any(
        word == part for word in words(alias) for part in parts
    )


def words(text: str) -> Iterator[str]:
    """The words of a text, in lower case and without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    yield from re.findall(r"\w+", "".join(char for char in letters if not unicodedata.combining(char)))
