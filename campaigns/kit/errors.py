"""What a rule raises when it says no."""


class Refused(Exception):
    """A rule's refusal in words for the person who asked; shown at the form field it concerns.

    `field` names that field, None where it concerns the whole form. Answered with 422.
    """

    field: str | None = None

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        if field is not None:
            self.field = field


class NotAllowed(Exception):
    """The person may know of this thing, but may not do this with it. Answered with 403."""


class SecondFactorNeeded(NotAllowed):
    """The person's role asks for a second factor that this session has not shown yet."""


class ReauthenticationNeeded(NotAllowed):
    """Money or identities are touched, and the password was shown too long ago."""


class Busy(Exception):
    """A store or service cannot take this now; the same request may go through later. Answered with 503."""

    retry_after = 5


class IllegalMove(Refused):
    """A step that the table of moves does not have."""
