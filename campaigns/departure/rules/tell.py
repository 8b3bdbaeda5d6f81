"""Letters to sponsors about a student who leaves or has completed: nothing in them tells who it is."""

from typing import Any

from campaigns.account.models import Organisation
from campaigns.departure.models import Share
from campaigns.departure.states import Choice, DepartureKind
from campaigns.kit import db, links
from campaigns.notice import rules as notice
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.own import page_of


def ask(share: Share, *, again: bool = False) -> None:
    """Ask a sponsor what should become of the rest; `pledge`, `campaign` and `departure` must be loaded."""
    key = links.sign("pledge", share.pledge.ref)
    _send(
        share.pledge,
        "choose",
        f"departure.{'remind' if again else 'choose'}:{share.id}",
        campaign=share.campaign.title,
        again=again,
        moved=share.departure.kind is DepartureKind.CHANGED_SCHOOL,
        left=share.left,
        until=share.departure.choose_by,
        url=links.url("departure.choose", ref=share.pledge.ref, share_id=share.id, k=key),
    )


def done(share: Share, effect: Choice, pledge: Pledge, campaign: str, target: str | None) -> None:
    """Tell a sponsor what became of it."""
    _send(
        pledge,
        "done",
        f"departure.done:{share.id}",
        campaign=campaign,
        effect=effect.value,
        target=target,
        left=share.left,
        url=page_of(pledge.ref),
    )


def completed(pledge: Pledge, reached: str, month: str, application_id: int) -> None:
    """Tell a sponsor what came of it, in coded words; `campaign` must be loaded."""
    _send(
        pledge,
        "completed",
        f"departure.completed:{application_id}:{pledge.id}",
        campaign=pledge.campaign.title,
        reached=reached,
        month=month,
        url=page_of(pledge.ref),
    )


def _send(pledge: Pledge, letter: str, key: str, **context: Any) -> None:
    notice.send(
        pledge.email,
        f"departure/mail/{letter}",
        key=key,
        community_name=db.session.get_one(Organisation, pledge.organisation_id).name,
        name=pledge.name,
        **context,
    )
