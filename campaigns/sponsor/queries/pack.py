"""What stands in a sponsor pack."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import PUBLIC
from campaigns.payment.models import Receipt
from campaigns.payment.queries import papers
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import COUNTED
from campaigns.student.models import NeedVerification
from campaigns.update.models import Update
from campaigns.update.states import UpdateState


def instalments(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """A company's instalments, newest pledge first, with what each is for."""
    return (
        sa.select(
            *(Pledge.ref, Campaign.title.label("campaign"), Organisation.name.label("community"), Pledge.confirmed_at),
            *(Instalment.number, Instalment.reference, Instalment.due_on, Instalment.state, Instalment.paid_at),
            *(Instalment.amount, Instalment.currency),
        )
        .join(Instalment.pledge)
        .join(Pledge.campaign)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .where(Pledge.company_id == company_id, Pledge.confirmed_at.is_not(None))
        .order_by(Pledge.id.desc(), Instalment.number)
    )


def pledges(company_id: int) -> sa.Select[int]:
    """The ids of a company's pledges."""
    return sa.select(Pledge.id).where(Pledge.company_id == company_id, Pledge.confirmed_at.is_not(None))


def receipts(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """A company's receipts with what is printed on them, newest first."""
    return papers.receipts().where(Pledge.id.in_(pledges(company_id))).order_by(None).order_by(Receipt.id.desc())


def verified(need_ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    """How these costs were confirmed, the latest last: need_id, how, verified_at, expires_on, amount, currency."""
    columns = (NeedVerification.need_id, NeedVerification.how, NeedVerification.verified_at)
    more = (NeedVerification.expires_on, NeedVerification.amount, NeedVerification.currency)
    return sa.select(*columns, *more).where(NeedVerification.need_id.in_(need_ids)).order_by(NeedVerification.id)


def updates(company_id: int) -> sa.Select[Update]:
    """The published news of the campaigns that a company's pledges are for, while these may be shown."""
    mine = sa.select(Pledge.campaign_id).where(Pledge.company_id == company_id, Pledge.status.in_(COUNTED))
    shown = sa.and_(Update.campaign_id.in_(mine), Update.state == UpdateState.PUBLISHED)
    public = sa.and_(Campaign.state.in_(PUBLIC), ~hidden())
    select = sa.select(Update).join(Update.campaign).where(shown, public).options(joinedload(Update.campaign))
    return select.order_by(Update.published_at.desc(), Update.id.desc())
