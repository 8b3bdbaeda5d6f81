"""Who may open a stored file."""

from collections.abc import Mapping
from enum import StrEnum

from campaigns.account.states import COMMUNITY_ROLES, Role


class Visibility(StrEnum):
    """`public` only for images that we encoded ourselves."""

    PUBLIC = "public"
    PRIVATE = "private"


class FileKind(StrEnum):
    """An image drawn anew here, a document kept as it came (a receipt may name a student), or one that is
    sealed under a student's key and opened by the student's own domain only."""

    IMAGE = "image"
    DOCUMENT = "document"
    SEALED = "sealed"


MAY_OPEN: Mapping[FileKind, frozenset[Role]] = {
    FileKind.IMAGE: COMMUNITY_ROLES,
    FileKind.DOCUMENT: frozenset({Role.ORGANISER, Role.TREASURER, Role.SAFEGUARDING_OFFICER}),
    FileKind.SEALED: frozenset(),
}
"""Who in the community that a private file belongs to may open it."""
