"""Reading what was mailed, as the person it was mailed to."""

import re

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.notice.models import Notice


def letters_to(address: str) -> list[Notice]:
    """The e-mails written to an address so far, the oldest first."""
    found = list(db.session.scalars(sa.select(Notice).where(Notice.to == address).order_by(Notice.id)))
    db.session.commit()
    return found


def link_to(address: str, under: str) -> str:
    """The path of the link under `under` ("/confirm/") in the latest e-mail to an address that has one."""
    for letter in reversed(letters_to(address)):
        if found := re.search(rf"http://localhost({re.escape(under)}\S+)", letter.text):
            db.session.commit()
            return found.group(1)
    raise AssertionError(f"no link under {under} was mailed to {address}")
