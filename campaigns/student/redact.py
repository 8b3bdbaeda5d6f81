"""Names taken out of what students write, so that those who score do not learn who it is."""

import re
import unicodedata

BLOCK = "▇"
SHORTEST = 2


def folded(text: str) -> str:
    """Letters without case and accents, by which names are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))


def name_parts(*names: str | None) -> frozenset[str]:
    """The words of these names, folded; single letters are none."""
    words = (word for name in names for word in re.findall(r"\w+", folded(name or "")))
    return frozenset(word for word in words if len(word) >= SHORTEST)


def redacted(text: str | None, parts: frozenset[str]) -> str:
    """`text` with each word that is part of a name, in any case, with or without accents, as one block."""

    def shown(word: re.Match[str]) -> str:
        return BLOCK if folded(word.group()) in parts else word.group()

    return re.sub(r"[\w\u0300-\u036f]+", shown, text or "")
