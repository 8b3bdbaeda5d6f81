"""The sample people of a development machine, with the codes that their second factor shows right now."""

import pyotp
import sqlalchemy as sa
from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload, selectinload

from campaigns.account.models import Membership, User
from campaigns.kit import db, web
from campaigns.site.views.base import blueprint

SAMPLE = "%.example"
"""The domain of sample people; nobody real can have an address there."""


@blueprint.get("/dev/people")
@web.development
def people() -> ResponseReturnValue:
    """Who is there, what each is, and the code to sign in with."""
    select = sa.select(User).where(User.email.like(SAMPLE)).order_by(User.id)
    roles = selectinload(User.memberships).options(joinedload(Membership.organisation))
    found = [(user, _code(user)) for user in db.session.scalars(select.options(roles))]
    return render_template("site/people.html", people=found)


def _code(user: User) -> str | None:
    return pyotp.TOTP(user.totp_secret).now() if user.totp_secret else None
