"""Where the school of a campaign is paid, made as rows: told, confirmed and seconded by people of nowhere."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import clock, crypto, db
from campaigns.kit.text import content_hash
from campaigns.student.models import ConfirmationRequest, Need, SchoolAccount
from campaigns.student.states import AccountState, RequestKind, RequestState

IBAN, OTHER_IBAN = "DE89370400440532013000", "GB82WEST12345698765432"
OFFICE = "bursar@mwangaza.example"


def pay_at(
    campaign: Campaign,
    iban: str | None = IBAN,
    *,
    email: str | None = OFFICE,
    school_id: int | None = None,
    **given: Any,
) -> SchoolAccount:
    """Let a campaign's school be paid at this account: in use for a day, unless `given` says otherwise."""
    line = db.session.scalars(sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign.id).limit(1)).one()
    school_id = school_id or line.school_id
    in_use = sa.update(SchoolAccount).where(
        SchoolAccount.organisation_id == campaign.organisation_id,
        SchoolAccount.school_id == school_id,
        SchoolAccount.state == AccountState.CONFIRMED,
    )
    db.session.execute(in_use.values(state=AccountState.REPLACED).execution_options(synchronize_session=False))
    confirmed = clock.now() - timedelta(days=4)
    account = SchoolAccount(
        organisation_id=campaign.organisation_id,
        school_id=school_id,
        request_id=_request(line, email).id,
        holder="Mwangaza Secondary",
        iban=iban,
        print=crypto.fingerprint(content_hash("Mwangaza Secondary", iban or "")),
        **{
            "state": AccountState.CONFIRMED,
            "confirmed_by_id": _somebody("confirming").id,
            "confirmed_at": confirmed,
            "usable_from": confirmed + timedelta(hours=72),
            "seconded_by_id": _somebody("seconding").id,
            "seconded_at": confirmed,
        }
        | given,
    )
    db.session.add(account)
    db.session.flush()
    return account


def _request(line: BudgetLine, email: str | None) -> ConfirmationRequest:
    request = ConfirmationRequest(
        application_id=db.session.get_one(Need, line.need_id).application_id,
        once=crypto.token(),
        kind=RequestKind.SCHOOL,
        state=RequestState.ANSWERED,
        school_id=line.school_id,
        answered_at=clock.now(),
        expires_at=clock.now(),
    )
    request.email = email
    db.session.add(request)
    db.session.flush()
    return request


def _somebody(name: str) -> User:
    email = f"{name}.treasurer@nowhere.example"
    found = db.session.scalars(sa.select(User).where(User.email == email)).one_or_none()
    if found is None:
        found = User(email=email, email_canonical=email, name=f"{name.title()} Treasurer", password_hash="none")
        db.session.add(found)
        db.session.flush()
    return found
