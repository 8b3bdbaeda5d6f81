"""What arrives beyond need goes where its sponsor chose: to students who wait, or to the same ones next term.

It is kept on an account of its own until somebody gives it to a campaign. What the sponsor wants back is no matter
of this: it is put aside, with a case.
"""

from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.own import page_of
from campaigns.pledge.states import Surplus


def place_for(pledge: Pledge, currency: str) -> str | None:
    """The account for what arrives beyond need, as the sponsor chose; None where they want it back."""
    if pledge.surplus is Surplus.POOL:
        return f"pool:{pledge.organisation_id}:{currency}"
    return f"next_term:{pledge.campaign_id}" if pledge.surplus is Surplus.NEXT_TERM else None


def tell(pledge: Pledge, amount: Money, community: Organisation, cause: tuple[str, str], by: User | None) -> None:
    """Mail the sponsor that it has gone where they chose."""
    audit.record(by, "payment.kept_beyond_need", pledge, amount=amount.amount, currency=amount.currency)
    notice.send(
        pledge.email,
        "payment/mail/surplus",
        key=f"payment.surplus:{cause[0]}:{cause[1]}",
        community_name=community.name,
        name=pledge.name,
        amount=amount,
        next_term=pledge.surplus is Surplus.NEXT_TERM,
        url=page_of(pledge.ref),
    )
