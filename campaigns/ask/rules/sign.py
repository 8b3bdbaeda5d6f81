"""Co-signing a public letter: asked for with an address, confirmed by its owner, removable at any time."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.account.rules.emails import email_canonical, normal_email
from campaigns.ask import queries
from campaigns.ask.models import Ask, Signature
from campaigns.ask.rules import base, mails
from campaigns.ask.states import OPEN_FOR_SIGNATURES
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, crypto, db, links, text
from campaigns.kit.errors import Refused

LINK_LASTS = timedelta(days=7)
MAIL_GAP = timedelta(minutes=10)
"""An address gets one e-mail in this time, however often somebody types it."""


class SignaturesClosed(Refused):
    """This letter is not open for signatures now."""


def sign(ask: Ask, *, email: str, shown_as: str, is_pseudonym: bool) -> None:
    """Ask the owner of an address to confirm a signature under the letter as it reads now.

    Says the same whether the address has signed before or not: only the e-mail tells. Raises SignaturesClosed,
    BadEmail.
    """
    base.lock(ask)
    _check_open(ask)
    name, now = text.one_line(shown_as), clock.now()
    signature = _of_address(ask, normal_email(email), name)
    if signature.mailed_at is not None and now < signature.mailed_at + MAIL_GAP:
        return
    signature.mailed_at = now
    if signature.confirmed_at is not None and signature.removed_at is None:
        mails.already_signed(ask, signature)
    else:
        _ask_to_confirm(ask, signature, name, is_pseudonym)


def _ask_to_confirm(ask: Ask, signature: Signature, name: str, is_pseudonym: bool) -> None:
    signature.removed_at = signature.confirmed_at = None
    # The link carries the name: nobody else can change what the owner of the address is about to confirm.
    chosen = {"shown_as": name, "is_pseudonym": is_pseudonym, "letter_id": base.letter_of(ask).id}
    token = links.issue(queries.LINK, signature.id, lasts=LINK_LASTS, payload=chosen)
    mails.confirm(ask, signature, shown_as=name, token=token)


def _check_open(ask: Ask) -> None:
    if ask.state not in OPEN_FOR_SIGNATURES:
        raise SignaturesClosed()


def _of_address(ask: Ask, address: str, shown_as: str) -> Signature:
    """The address's signature of this ask, new or known, held against other writers."""
    prints = crypto.fingerprints(email_canonical(address))
    select = queries.signature_of(ask.id, prints).with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(select).one_or_none()
    if found is None:
        letter_id = base.letter_of(ask).id
        values = {"ask_id": ask.id, "letter_id": letter_id, "email_hash": prints[0], "shown_as": shown_as}
        new = db.insert(Signature).values(email=address, **values)
        db.session.execute(new.on_conflict_do_nothing(index_elements=["ask_id", "email_hash"]))
        found = db.session.scalars(select).one()
    found.email_hash, found.email = prints[0], found.email or address  # moves on with the key
    return found


def confirm_signature(token: str) -> Signature:
    """Let a signature stand, under the name that its e-mail has shown. Raises LinkSpent, SignaturesClosed."""
    link = links.consume(queries.LINK, token)
    signature = _locked(link.subject_id)
    _check_open(signature.ask)
    if signature.confirmed_at is None and signature.removed_at is None:
        signature.confirmed_at = clock.now()
        signature.shown_as, signature.is_pseudonym = link.payload["shown_as"], link.payload["is_pseudonym"]
        signature.letter_id = link.payload["letter_id"]
        _count(signature.ask, 1)
        audit.record(None, "signature.confirmed", signature)
    return signature


def remove_signature(signature: Signature) -> None:
    """Take a signature back for its owner, with the name and the address; the second time changes nothing."""
    signature = _locked(signature.id)
    if signature.removed_at is not None:
        return
    signature.removed_at, signature.email, signature.shown_as = clock.now(), "", ""
    links.revoke(queries.LINK, signature.id)
    if signature.confirmed_at is not None:
        _count(signature.ask, -1)
    audit.record(None, "signature.removed", signature)


def _locked(signature_id: int) -> Signature:
    signature = db.session.scalars(queries.signature(signature_id)).one()
    base.lock(signature.ask)
    columns = [column.key for column in sa.inspect(Signature).column_attrs]
    db.session.refresh(signature, columns, with_for_update=True)
    return signature


def _count(ask: Ask, change: int) -> None:
    ask.signature_count += change
    ask.version += 1
    figures.touch(ask.campaign_id)
