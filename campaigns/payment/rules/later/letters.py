"""E-mails about a saved card."""

from typing import Any

from campaigns.kit import db, links
from campaigns.notice import rules as notice
from campaigns.payment.models import ChargeMandate
from campaigns.payment.queries import saved as queries
from campaigns.pledge.rules.own import page_of


def tell(mandate: ChargeMandate, letter: str, key: str, **context: Any) -> None:
    """Mail the sponsor about an agreement to charge a card, with the pages of the pledge and of the card."""
    mandate = db.session.scalars(queries.mandate(mandate.id)).one()
    pledge, signed = mandate.pledge, links.sign("pledge", mandate.pledge.ref)
    notice.send(
        pledge.email,
        f"payment/mail/{letter}",
        key=key,
        community_name=pledge.campaign.organisation.name,
        name=pledge.name,
        campaign=pledge.campaign.title,
        card=mandate.method,
        card_url=links.url("payment.card", ref=pledge.ref, k=signed),
        pledge_url=page_of(pledge.ref),
        **context,
    )
