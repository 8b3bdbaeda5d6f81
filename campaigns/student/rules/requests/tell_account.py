"""Telling at once all who look after a community that a school's bank details have changed."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.kit import db, links
from campaigns.notice import rules as notice
from campaigns.student.models import SchoolAccount


def tell(account: SchoolAccount, step: str, *, replaces: bool = False) -> None:
    """Write to everybody who may object: `step` is told, confirmed or stopped. No detail of an account is in it."""
    community = db.session.get_one(Organisation, account.organisation_id)
    school = db.session.get_one(Organisation, account.school_id)
    for person in db.session.scalars(access.holders(Action.STOP_SCHOOL_ACCOUNT, community.id)):
        notice.send(
            person.email,
            "student/request/mail/account",
            key=f"school_account.{step}:{account.id}",
            step=step,
            replaces=replaces,
            name=person.name,
            school_name=school.name,
            usable_from=account.usable_from,
            reason=account.stop_reason,
            community_name=community.name,
            url=links.url("student.school_accounts", slug=community.slug),
            why=f"You get this because you look after {community.name} or its money.",
        )
