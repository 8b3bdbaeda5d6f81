"""Helper mode: a teacher or volunteer enters an application; the student alone agrees, confirms and sends."""

from typing import NamedTuple

from campaigns.account.models import User
from campaigns.account.rules import email_canonical, normal_email
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules import draft, secret
from campaigns.student.states import HelperRole


class NotWithHelper(Refused):
    """This application is in the student's own hands already."""


class Helper(NamedTuple):
    """Who enters an application, and how to reach them: `email`, `phone` or both."""

    name: str
    role: HelperRole
    email: str | None = None
    phone: str | None = None


def help_with(community: Community, helper: Helper, *, once: str, by: User | None) -> tuple[Application, str]:
    """Begin an application for a student; gives it and the code by which the helper comes back to it.

    The same `once` gives the same. `by` is the account of a helper who is signed in. Raises NotTaking, BadEmail.
    """
    application, code = draft.start(community, once=once, by=None)
    if application.helper_role is None:
        email = normal_email(helper.email) if helper.email else None
        application.helper_role = helper.role
        application.helper_user_id = by.id if by else None
        application.helper_email = email_canonical(email) if email else None
        identity = db.session.scalars(queries.identity_of(application.id)).one()
        identity.helper_name, identity.helper_email, identity.helper_phone = helper.name, email, helper.phone
        audit.record(by, "application.helped", application, role=helper.role.value)
    return application, code


def hand_over(application: Application) -> str:
    """Leave it to the student, and give the new code for them: what opened it before does so no more.

    Raises NotWithHelper.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    if not application.with_helper:
        raise NotWithHelper()
    application.handed_over_at = clock.now()
    application.lock_no += 1
    audit.record(None, "application.handed_over", application)
    return secret.renew_code(application)
