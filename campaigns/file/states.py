"""Who may open a stored file."""

from enum import StrEnum


class Visibility(StrEnum):
    """`public` only for images that we encoded ourselves."""

    PUBLIC = "public"
    PRIVATE = "private"
