"""What consent is for, and what happens to it."""

from enum import StrEnum


class Purpose(StrEnum):
    """What somebody may consent to; each apart."""

    APPLY = "apply"
    PUBLISH_TEXT = "publish_text"
    SHARE_WITH_SPONSOR = "share_with_sponsor"
    PUBLISH_IMAGE = "publish_image"
    SHOWCASE = "showcase"


class ConsentEvent(StrEnum):
    """Consent is a trail: what was given, checked, withdrawn."""

    GIVEN = "given"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"
