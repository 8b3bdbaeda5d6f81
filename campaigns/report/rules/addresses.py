"""What is held about an e-mail address: a sponsor's, a signer's, a follower's. Told to its owner, and forgotten."""

import json
import tempfile
import zipfile
from datetime import timedelta
from typing import IO, Any

import sqlalchemy as sa

from campaigns.account.rules import email_canonical, normal_email
from campaigns.ask.models import Signature
from campaigns.ask.rules.sign import remove_signature
from campaigns.audit import rules as audit
from campaigns.billing import queries as billing
from campaigns.campaign.rules import figures
from campaigns.community.models import Invitation
from campaigns.kit import clock, crypto, db, held, journal, links, mail
from campaigns.kit.held import Held, OnErasure
from campaigns.kit.links import SignedLink
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice, Subscription
from campaigns.offer.models import Offer
from campaigns.offer.rules import erase as offers
from campaigns.payment.models import Bill, Receipt, SavedMethod
from campaigns.payment.rules.bills.holding import forget_bills
from campaigns.payment.rules.later.ending import forget_cards
from campaigns.pledge.models import Instalment, Pledge

LINK = "report.address"
LASTS = timedelta(hours=1)
KIND = "address"
NOBODY = "Anonymous"

HELD = {
    "pledge": Held(
        Pledge, "What you pledged", OnErasure.NEUTRAL, "amounts are of the book", frozenset({"once"}), "email"
    ),
    "offer": Held(
        Offer, "What you offered", OnErasure.NEUTRAL, "what was reserved or given counted", frozenset({"once"}), "email"
    ),
    "saved_method": Held(
        SavedMethod,
        "Cards you saved",
        OnErasure.NEUTRAL,
        "what was charged is of the book",
        frozenset({"customer_ref", "method_ref"}),
        "email",
    ),
    "bill": Held(
        Bill,
        "Invoices you asked for",
        OnErasure.NEUTRAL,
        "amounts are of the book",
        frozenset({"customer_ref"}),
        "email",
    ),
    "signature": Held(
        Signature, "Letters you signed", OnErasure.NEUTRAL, "it was counted", frozenset({"email_hash"}), "email_hash"
    ),
    "subscription": Held(Subscription, "What you follow", OnErasure.DELETE, owner="email"),
    "notice": Held(Notice, "E-mails to you", OnErasure.DELETE, "", frozenset({"html", "headers", "key"}), "to_address"),
    "invitation": Held(Invitation, "Invitations", OnErasure.NEUTRAL, "who invited whom is of the trail", owner="email"),
}


def ask_link(typed: str) -> None:
    """Mail a link to an address, whether anything is held about it or not. Raises BadEmail."""
    address = normal_email(typed)
    token = links.issue(LINK, 0, lasts=LASTS, payload={"email": address})
    notice.send(
        address,
        "report/mail/address",
        key=f"address.data:{crypto.digest(token)[:16]}",
        url=links.url("report.address", token=token),
        why="Somebody entered this address to see what we hold about it.",
    )


def behind(token: str) -> str:
    """The address that a link was mailed to. Raises LinkSpent."""
    return str(links.peek(LINK, token).payload["email"])


def told_of(address: str) -> dict[str, Any]:
    """Everything about an address, by table, with what was due and what arrived."""
    owners = {"signature": prints(address)}
    tables = {
        name: {"title": each.title, "rows": list(held.rows_of(each, owners.get(name, [address])))}
        for name, each in HELD.items()
    }
    mine = sa.select(Pledge.id).where(Pledge.email == address)
    due = (
        sa.select(
            Pledge.ref, Instalment.number, Instalment.reference, Instalment.amount, Instalment.currency,
            Instalment.due_on, Instalment.state, Instalment.paid_at, Receipt.issued_at.label("receipt"),
        )
        .join(Instalment, Instalment.pledge_id == Pledge.id)
        .outerjoin(Receipt, Receipt.instalment_id == Instalment.id)
        .where(Pledge.id.in_(mine))
        .order_by(Instalment.id)
    )  # fmt: skip
    documents = [
        {"number": document.label, "issued_at": held.plain(document.issued_at), "printed": json.loads(content)["paper"]}
        for document, content in db.session.execute(billing.contents(billing.ids_of(mine)))
    ]
    tables["billing_document"] = {"title": "Quotes, invoices and credit notes", "rows": documents}
    payments = [{key: held.plain(value) for key, value in row._mapping.items()} for row in db.session.execute(due)]
    tables["instalment"] = {"title": "What was due, and paid (in minor units, such as cents)", "rows": payments}
    return {"address": address, "made_at": clock.now().isoformat(), "tables": tables}


def prints(address: str) -> list[str]:
    """By what signatures of an address are found."""
    return crypto.fingerprints(email_canonical(address))


def archive(told: dict[str, Any]) -> IO[bytes]:
    """The same for programs and for people, as a ZIP."""
    target: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 - closed with the response
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(told, indent=1, ensure_ascii=False, default=held.plain))
        file.writestr("index.html", mail.render("report/export_address.html", **told))
    target.seek(0)
    return target


def erase(token: str) -> None:
    """Forget the address that a link was mailed to, and spend the link. Raises LinkSpent."""
    address = str(links.consume(LINK, token).payload["email"])
    forget(address)
    db.session.flush()
    journal.write(KIND, crypto.fingerprint(address))  # last, and before the commit


def forget(address: str) -> None:
    """Make neutral what the book and the count of signatures need, and delete the rest; no e-mail goes there again."""
    for pledge in db.session.scalars(sa.select(Pledge).where(Pledge.email == address)).all():
        pledge.name, pledge.email = NOBODY, f"{pledge.ref.lower()}{notice.ERASED}"
        pledge.organisation_name = pledge.message = pledge.message_shown_at = pledge.end_reason = None
        pledge.show_name = pledge.wants_updates = False
        audit.record(None, "pledge.sponsor_erased", pledge)
        figures.touch(pledge.campaign_id)
    offers.forget(address)
    forget_cards(address)
    forget_bills(address)
    signed = sa.select(Signature).where(Signature.email_hash.in_(prints(address)))
    for signature in db.session.scalars(signed).all():
        remove_signature(signature)
        signature.email_hash = crypto.digest(crypto.token())
    for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.email == address)).all():
        invitation.email = f"invitation-{invitation.id}{notice.ERASED}"
        invitation.withdrawn_at = invitation.withdrawn_at or (None if invitation.accepted_at else clock.now())
    mentions = SignedLink.payload["email"].as_string() == address
    db.session.execute(sa.delete(SignedLink).where(mentions).execution_options(synchronize_session=False))
    notice.forget_addresses({address})


def known() -> set[str]:
    """Every address that something is held about, accounts apart."""
    columns = (Pledge.email, Offer.email, Subscription.email, Notice.to, Invitation.email, Signature.email)
    found = {each for column in columns for each in db.session.scalars(sa.select(column).distinct()) if each}
    return {each for each in found if not each.endswith(notice.ERASED)}


def reapply(lines: set[str]) -> int:
    """Forget again the addresses that these lines, or the store, say were forgotten; gives how many were.

    They are known by a keyed hash, under each of the keys that are set.
    """
    with db.reading():
        addresses = known()
        db.session.rollback()
    again = [address for address in addresses if journal.noted(KIND, crypto.fingerprints(address), lines)]
    for address in again:
        with db.transaction():
            forget(address)
    return len(again)
