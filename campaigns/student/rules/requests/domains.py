"""Whether an address is a school's own."""

from collections.abc import Iterable

from campaigns.account.rules import BadEmail, normal_email

# Anybody can have an address there, whatever a list of schools says.
FREE = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com"),
        *("icloud.com", "me.com", "mac.com", "aol.com", "gmx.net", "gmx.com", "gmx.de", "web.de", "mail.com"),
        *("proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.com", "zoho.com", "yandex.com", "yandex.ru"),
        *("mail.ru", "qq.com", "163.com", "126.com", "hotmail.fr", "hotmail.co.uk", "yahoo.fr", "yahoo.co.uk"),
        *("yahoo.co.in", "orange.fr", "laposte.net", "free.fr", "t-online.de", "rediffmail.com", "fastmail.com"),
    }
)
# "ac.ke" belongs to a country's registry: whatever stands before it is somebody else's.
SHARED = frozenset({"ac", "co", "com", "edu", "go", "gov", "info", "net", "or", "org", "sc", "sch", "school", "k12"})


def belongs(email: str, listed: Iterable[str]) -> bool:
    """Whether a normal address (`normal_email`) is at one of these domains or below one.

    Compared in ASCII (IDNA), so that letters that only look alike differ; free mail never counts.
    """
    domain = email.rpartition("@")[2]
    own = {ascii_domain(each) for each in listed} - FREE - {""}
    return domain not in FREE and any(domain == each or domain.endswith(f".{each}") for each in own)


def ascii_domain(listed: str) -> str:
    """A listed domain in ASCII; "" where it is none, or belongs to a registry and not to a school."""
    try:
        domain = normal_email(f"office@{listed.strip().strip('.')}").rpartition("@")[2]
    except BadEmail:
        return ""
    labels = domain.split(".")
    return "" if len(labels) < 2 or (len(labels) == 2 and labels[0] in SHARED) else domain
