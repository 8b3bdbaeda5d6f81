"""The blueprint, and whose workspace it is."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.kit import db
from campaigns.sponsor import queries

blueprint = Blueprint("sponsor", __name__)


def find(slug: str, *actions: Action) -> Organisation:
    """The company in which this person may do one of these actions (VIEW_COMPANY unless said otherwise); else 404."""
    actions = actions or (Action.VIEW_COMPANY,)
    company = db.one_or_404(queries.companies_of(current_user, slug, *actions))
    access.require(current_user, next(each for each in actions if access.holds(current_user, each, company)), company)
    return company


def find_for(slug: str, action: Action) -> Organisation:
    """The company, where this person may do `action`: 404 for who has nothing to do with it, 403 for the others."""
    company = find(slug, Action.VIEW_COMPANY, action)
    access.require(current_user, action, company)
    return company


def place(company: Organisation, section: str) -> dict[str, Any]:
    """What the layout of every page here needs."""
    may = {name: access.holds(current_user, action, company) for name, action in MAY.items()}
    return {"company": company, "section": section, "may": may}


MAY = {
    "view": Action.VIEW_COMPANY,
    "manage": Action.MANAGE_COMPANY,
    "pay": Action.PAY_FOR_COMPANY,
    "limit": Action.SET_COMPANY_LIMIT,
}
