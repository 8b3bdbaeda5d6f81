"""A link for whoever pays without an account: it shows and gives out, it changes nothing, and it ends."""

from datetime import timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as account
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, links
from campaigns.notice import rules as notice
from campaigns.sponsor import queries
from campaigns.sponsor.models import FinanceLink

PURPOSE = "sponsor.finance"
LASTS = timedelta(days=30)


def open_link(company: Organisation, email: str, *, by: User) -> FinanceLink:
    """Mail a link that shows what a company has to pay, for thirty days. Raises NotAllowed, BadEmail."""
    access.require(by, Action.PAY_FOR_COMPANY, company)
    email = account.normal_email(email)
    made = FinanceLink(company_id=company.id, email=email, created_by_id=by.id, expires_at=clock.now() + LASTS)
    db.session.add(made)
    db.session.flush()
    token = links.issue(PURPOSE, made.id, lasts=LASTS)
    notice.send(
        email,
        "sponsor/mail/finance",
        key=f"company.finance_link:{made.id}",
        company=company.name,
        who=by.name,
        until=made.expires_at,
        url=links.url("sponsor.finance", token=token),
    )
    audit.record(by, "company.link_opened", made, company=company.id)
    return made


def revoke_link(found: FinanceLink, *, by: User) -> None:
    """Let a link open nothing any more; twice is once. Raises NotAllowed."""
    access.require(by, Action.PAY_FOR_COMPANY, found)
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        links.revoke(PURPOSE, found.id)
        audit.record(by, "company.link_revoked", found, company=found.company_id)


def opened(token: str) -> FinanceLink:
    """What a link stands for, as often as it is followed. Raises LinkSpent where it has ended or was taken back."""
    return db.session.scalars(queries.finance_link(links.peek(PURPOSE, token).subject_id)).one()
