"""Credit notes for invoices: nothing that was issued is ever changed or deleted."""

from collections.abc import Mapping

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.billing import queries
from campaigns.billing.models import BillingDocument
from campaigns.billing.rules import printed
from campaigns.billing.rules.issue import written_before
from campaigns.billing.rules.series import draft, hold, write
from campaigns.billing.rules.tell import tell
from campaigns.billing.states import Kind
from campaigns.kit import crypto, db
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.pledge.models import Pledge

BATCH = 50
ENDED = {"en": "The rest of the pledge is not due any more.", "ar": "لم يعد باقي التعهد مستحقًا."}


class NothingLeft(Refused):
    """All of this invoice has been cancelled already."""


def cancel(invoice: BillingDocument, reason: str, *, once: str, by: User) -> BillingDocument:
    """Take back what still stands of an invoice, by a credit note that the sponsor gets by e-mail.

    The payments on it can be invoiced again. Raises NotAllowed, NothingLeft.
    """
    access.require(by, Action.ISSUE_DOCUMENT, invoice)
    hold(invoice.organisation_id)
    before = written_before(once, invoice.organisation_id)
    if before is not None:
        return before
    standing = _standing_of(invoice)
    if not standing:
        raise NothingLeft()
    return _correct(invoice, standing, reason, once=once, by=by)


@sweep
def credit_what_ended() -> None:
    """Take back what stands invoiced of pledges that lapsed, were taken back, or went back."""
    for pledge_id in db.session.scalars(queries.over_invoiced(BATCH)).all():
        db.session.commit()
        with db.transaction():
            _credit_rest(pledge_id)


def _credit_rest(pledge_id: int) -> None:
    hold(db.session.get_one(Pledge, pledge_id).organisation_id)
    rows = db.session.execute(queries.invoiced([pledge_id])).all()
    stands = db.session.execute(queries.comes_to([pledge_id])).one_or_none()
    over = sum(row.amount for row in rows) - (stands[1] if stands else 0)
    taken: dict[int, dict[int, int]] = {}
    for row in rows:
        part = min(over, row.amount)
        if part > 0:
            taken.setdefault(row.document_id, {})[row.instalment_id] = part
            over -= part
    for document_id, amounts in taken.items():
        invoice = db.session.get_one(BillingDocument, document_id)
        lang = str(printed.content_of(invoice)["paper"]["lang"])
        _correct(invoice, amounts, ENDED[lang], once=f"ended:{crypto.token()}", by=None)


def _standing_of(invoice: BillingDocument) -> dict[int, int]:
    return {row.instalment_id: row.amount for row in db.session.execute(queries.standing_of(invoice.id))}


def _correct(
    invoice: BillingDocument, amounts: Mapping[int, int], reason: str, *, once: str, by: User | None
) -> BillingDocument:
    note = draft(
        Kind.CREDIT_NOTE,
        amounts,
        organisation_id=invoice.organisation_id,
        currency=invoice.currency,
        once=once,
        due_on=None,
        corrects=invoice,
        by=by,
    )
    write(note, printed.for_correction(note, invoice, amounts, reason), by=by)
    tell(note)
    return note
