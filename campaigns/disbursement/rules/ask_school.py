"""Asking a school, by a link and without an account, what it received and who is enrolled."""

from datetime import timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice

LASTS = timedelta(days=60)
MOST_A_DAY = 3


class NothingToConfirm(Refused):
    """The school is asked once the payment has left, and not any more once its receipt is here."""


class TooManyToday(Refused):
    """The school was asked several times today already. Try again tomorrow."""


def ask(disbursement: Disbursement, *, reminder: bool = False) -> str | None:
    """Make one more link and mail it to the school's office; where no address is known, return it to be passed on."""
    token = links.issue(queries.LINK, disbursement.id, lasts=LASTS)
    url = links.url("disbursement.receipt", token=token)
    office = db.session.scalars(queries.told_from(disbursement.account_id)).one_or_none()
    if office is None or not office.email:
        return url
    community = db.session.get_one(Organisation, disbursement.organisation_id)
    notice.send(
        office.email,
        "disbursement/mail/confirm",
        key=f"disbursement.confirm:{disbursement.id}:{crypto.digest(token)[:16]}",
        reminder=reminder,
        amount=disbursement.kept,
        paid_on=disbursement.paid_on,
        ref=disbursement.ref,
        url=url,
        report_url=links.url("site.report_a_concern"),
        community_name=community.name,
        why=f"You get this message because {community.name} pays fees to your school through Vouch.",
    )
    return None


def ask_again(disbursement: Disbursement, *, by: User) -> str | None:
    """Send the school another link, as `ask` does. Raises NotAllowed, NothingToConfirm, TooManyToday."""
    access.require(by, Action.PROVE_DISBURSEMENT, disbursement)
    db.session.refresh(disbursement, ["state"], with_for_update=True)
    if disbursement.state is not DisbursementState.RELEASED:
        raise NothingToConfirm()
    if db.session.scalars(queries.links_today(disbursement.id)).one() > MOST_A_DAY:
        raise TooManyToday()
    audit.record(by, "disbursement.school_asked", disbursement)
    return ask(disbursement)
