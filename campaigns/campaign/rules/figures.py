"""The figures kept beside a campaign and its lines, changed in the transaction that changes their cause."""

from datetime import datetime

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import clock, db


def lock(campaign_id: int) -> Campaign:
    """The campaign as it is now, held against other writers until this transaction ends."""
    select = sa.select(Campaign).where(Campaign.id == campaign_id).with_for_update()
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def add(
    campaign_id: int,
    *,
    asked: int = 0,
    pledged: int = 0,
    held: int = 0,
    received: int = 0,
    disbursed: int = 0,
    proven: int = 0,
    sponsors: int = 0,
    updates: int = 0,
) -> None:
    """Add to a campaign's figures (minor units of its currency; negative to take back); its page changes."""
    _change(
        Campaign,
        campaign_id,
        asked=Campaign.asked + asked,
        pledged=Campaign.pledged + pledged,
        held=Campaign.held + held,
        received=Campaign.received + received,
        disbursed=Campaign.disbursed + disbursed,
        proven=Campaign.proven + proven,
        sponsor_count=Campaign.sponsor_count + sponsors,
        update_count=Campaign.update_count + updates,
        version=Campaign.version + 1,
        **_first_times(pledged=pledged, received=received, disbursed=disbursed, proven=proven),
    )


def _first_times(**parts: int) -> dict[str, sa.ColumnElement[datetime]]:
    """When a part of the meter rose for the first time."""
    now = sa.literal(clock.now(), db.UtcDateTime())
    return {
        f"{part}_at": sa.func.coalesce(getattr(Campaign, f"{part}_at"), now) for part, by in parts.items() if by > 0
    }


def touch(campaign_id: int) -> None:
    """Say that something a visitor could see of this campaign has changed."""
    add(campaign_id)


def add_to_line(line_id: int, *, pledged: int = 0, held: int = 0, disbursed: int = 0, proven: int = 0) -> None:
    """Add to a budget line's figures (minor units; negative to take back)."""
    _change(
        BudgetLine,
        line_id,
        pledged=BudgetLine.pledged + pledged,
        held=BudgetLine.held + held,
        disbursed=BudgetLine.disbursed + disbursed,
        proven=BudgetLine.proven + proven,
    )


def _change(model: type[Campaign] | type[BudgetLine], row_id: int, **values: object) -> None:
    db.session.flush()
    change = sa.update(model).where(model.id == row_id).values(**values)
    db.session.execute(change.execution_options(synchronize_session=False))
    known = db.session.identity_map.get(db.session.identity_key(model, row_id))
    if known is not None:
        db.session.expire(known, list(values))


def take_out(line: BudgetLine, *, has_left: bool = False) -> None:
    """Let what nobody has pledged or reserved of a line leave the goal; where nothing is left, its need is free again.

    The caller holds the campaign's lock and has read the line under it.
    """
    kept, now = max(line.pledged + line.held, line.disbursed), clock.now()
    add(line.campaign_id, asked=kept - line.amount)
    if kept:
        line.amount = kept
        line.left_at = (line.left_at or now) if has_left else line.left_at
    else:
        line.left_at = line.released_at = now
    db.session.flush()


def release_uncovered(campaign_id: int) -> None:
    """Let go of the lines that nobody has pledged for or reserved: their needs may stand in another campaign."""
    db.session.flush()
    free = sa.update(BudgetLine).where(
        BudgetLine.campaign_id == campaign_id,
        BudgetLine.pledged == 0,
        BudgetLine.held == 0,
        BudgetLine.released_at.is_(None),
    )
    db.session.execute(free.values(released_at=clock.now()).execution_options(synchronize_session="fetch"))
