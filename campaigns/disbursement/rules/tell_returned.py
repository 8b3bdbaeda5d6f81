"""Telling sponsors that money which had gone to a school came back."""

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries
from campaigns.disbursement.models import Return
from campaigns.kit import clock, db, links
from campaigns.kit.queue import sweep
from campaigns.notice import rules as notice
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.own import page_of

BATCH = 20


@sweep
def tell_sponsors() -> None:
    """Write to those whose money stood for the lines of what came back; one return a transaction."""
    for return_id in db.session.scalars(queries.untold().limit(BATCH)).all():
        db.session.commit()
        with db.transaction():
            _tell(return_id)


def _tell(return_id: int) -> None:
    found = db.session.scalars(queries.return_locked(return_id)).one()
    if found.told_at is not None:
        return
    found.told_at = clock.now()
    campaign = db.session.scalars(queries.campaign_of_return(return_id)).one()
    for pledge in db.session.scalars(queries.sponsors_of_return(return_id)):
        _write(found, pledge, campaign)
    audit.record(None, "disbursement.sponsors_told", found)


def _write(found: Return, pledge: Pledge, campaign: Campaign) -> None:
    notice.send(
        pledge.email,
        "disbursement/mail/came_back",
        key=f"disbursement.came_back:{found.id}:{pledge.id}",
        name=pledge.name,
        amount=found.money,
        by_bank=found.returned_by.value == "bank",
        campaign_title=campaign.title,
        ledger_url=links.url("site.ledger", slug=campaign.slug),
        url=page_of(pledge.ref),
        why="You get this message because this address was given with a pledge on Vouch.",
    )
