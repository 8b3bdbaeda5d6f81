"""Addresses as they are stored and compared."""

from email_validator import EmailNotValidError, validate_email

from campaigns.kit.errors import Refused

IGNORES_DOTS = frozenset({"gmail.com", "googlemail.com"})


class BadEmail(Refused):
    """Enter an e-mail address, such as name@example.org."""

    field = "email"


def normal_email(text: str) -> str:
    """The address as it is stored: lower case, its domain in ASCII. Raises BadEmail.

    Nothing is asked of the network: whether it can be reached shows when its link is opened.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise BadEmail() from None
    return (checked.ascii_email or checked.normalized).lower()


def email_canonical(email: str) -> str:
    """One form for all spellings that reach the same mailbox; to compare people with, never to write to.

    Leaves out a +tag, and for Gmail the dots.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in IGNORES_DOTS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
