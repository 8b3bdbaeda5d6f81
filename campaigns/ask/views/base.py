"""What the pages of asks share."""

from typing import Any

from flask import Blueprint

from campaigns.ask import queries
from campaigns.ask.models import Ask, Letter
from campaigns.kit import db

blueprint = Blueprint("ask", __name__)


def letter_of(ask: Ask) -> Letter:
    """The letter as it reads now."""
    return db.session.scalars(queries.letter_of(ask.id)).one()


def apart(ask: Ask) -> Any:
    """How many signatures are pending, and how many were removed."""
    return db.session.execute(queries.apart(ask.id)).one()
