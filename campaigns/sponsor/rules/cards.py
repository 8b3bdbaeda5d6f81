"""A company's saved cards."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.payment.models import SavedMethod
from campaigns.payment.rules.later.ending import end_method


def remove_card(method: SavedMethod, company: Organisation, *, by: User) -> None:
    """Have a card of this company charged for nothing any more; twice is once. Raises NotAllowed."""
    access.require(by, Action.PAY_FOR_COMPANY, company)
    db.session.refresh(method, ["ended_at"], with_for_update=True)
    if method.ended_at is None:
        end_method(method)
        audit.record(by, "company.card_removed", method, company=company.id)
