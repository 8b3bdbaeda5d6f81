"""Communities: founded, and described."""

from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as account
from campaigns.account.models import User
from campaigns.account.states import OrganisationKind, Role
from campaigns.audit import rules as audit
from campaigns.community import queries
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused

LONGEST_NAME = 100
LONGEST_ABOUT = 5_000


class NameTaken(Refused):
    """There is already a community of this name. If it is yours, it is in your account."""

    field = "name"


class BadName(Refused):
    """Give the community a name of 3 to 100 characters."""

    field = "name"


class AboutTooLong(Refused):
    """Describe the community in at most 5,000 characters."""

    field = "about"


def create(name: str, kind: CommunityKind, country: str, currency: str, about: str, *, by: User) -> Community:
    """Found a community; who founds it organises it. Raises BadName, NameTaken, AboutTooLong.

    `country` is an ISO 3166-1 code, `currency` the ISO 4217 code in which all its money is counted.
    """
    name = _free_name(name)
    try:
        organisation = account.create_organisation(OrganisationKind.COMMUNITY, name, country=country, by=by)
    except IntegrityError:  # the same form, sent twice at the same moment
        raise NameTaken() from None
    community = Community(organisation=organisation, kind=kind, currency=currency, about=_short(about))
    db.session.add(community)
    audit.record(by, "community.created", community, kind=kind.value)
    account.grant(by, community, Role.ORGANISER, by=by)
    return community


def _free_name(text: str) -> str:
    name = " ".join(text.split())
    if not 3 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName()
    if db.session.scalars(queries.named(name)).first() is not None:
        raise NameTaken()
    return name


def _short(about: str) -> str:
    if len(about) > LONGEST_ABOUT:
        raise AboutTooLong()
    return about.strip()


class BadClosing(Refused):
    """The closing date must be today or later, and the answers must follow it within half a year."""

    field = "closes_on"


class AnswerMissing(Refused):
    """Say by which day everybody who applied has an answer: nobody is left without one after a closing date."""

    field = "answer_by"


LONGEST_WAIT = timedelta(days=183)


def set_closing(community: Community, closes_on: date | None, answer_by: date | None, *, by: User) -> None:
    """Say until when students can apply, and by when each has an answer; None and None for no end.

    Raises NotAllowed, BadClosing, AnswerMissing.
    """
    access.require(by, Action.EDIT_COMMUNITY, community)
    if (closes_on, answer_by) == (community.closes_on, community.answer_by):
        return
    if closes_on is None:
        answer_by = None
    elif answer_by is None:
        raise AnswerMissing()
    elif not clock.today() <= closes_on <= answer_by <= closes_on + LONGEST_WAIT:
        raise BadClosing()
    community.closes_on, community.answer_by = closes_on, answer_by
    community.closing_told_on = community.answer_told_on = None
    audit.record(by, "community.closing_set", community, closes_on=str(closes_on), answer_by=str(answer_by))


def describe(community: Community, about: str, accepts_applications: bool, *, by: User) -> None:
    """Change what the public page says, and whether students can apply here. Raises NotAllowed, AboutTooLong."""
    access.require(by, Action.EDIT_COMMUNITY, community)
    community.about, community.accepts_applications = _short(about), accepts_applications
    audit.record(by, "community.described", community, accepts_applications=accepts_applications)
