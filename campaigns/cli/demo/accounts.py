"""Sample bank accounts of schools: told through the school's own link, and agreed to by two."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.cli.demo.vetting import whole
from campaigns.kit import crypto, db, links
from campaigns.student import queries
from campaigns.student.models import Application, SchoolAccount
from campaigns.student.rules import requests
from campaigns.student.rules.requests.send import LASTS, PURPOSES
from campaigns.student.states import AccountState, RequestKind

BANK = requests.BankDetails("Board of Governors", number="0123456789", bank="Equity Bank, Kakamega")
FIRST = 125
"""How many days ago: before the first payment of the whole story, which is not told in the order of its days."""


def agree(cast: Cast, application: Application) -> None:
    """Let the community pay this student's school: told, confirmed by one, agreed to by another, three days waited."""
    at = {"organisation_id": application.organisation_id, "school_id": application.school_id or 0}
    with db.transaction(), day(FIRST):
        if db.session.scalars(queries.account_in_use(**at)).first() is not None:
            return
        _tell(cast, whole(application))
    with db.transaction(), day(FIRST - 1):
        told = sa.select(SchoolAccount).where(SchoolAccount.state == AccountState.PROPOSED)
        account = db.session.scalars(told.order_by(SchoolAccount.id.desc()).limit(1)).one()
        requests.confirm_account(account, by=cast["Tomas"])
    with db.transaction(), day(FIRST - 1, later=timedelta(hours=3)):
        requests.second_account(account, by=cast["Amina"])


def _tell(cast: Cast, application: Application) -> None:
    office = f"bursar@{application.school_label.split()[0].lower()}.example"
    asked = requests.ask_school(application, office, once=crypto.token(), by=cast["Victor"]).request
    token = links.issue(PURPOSES[RequestKind.SCHOOL], asked.id, lasts=LASTS)
    amounts = {need.id: need.amount for need in application.needs}
    answer = requests.SchoolAnswer(True, "Olive Barasa", "Bursar", amounts=amounts, bank=BANK)
    requests.confirm_enrolment(token, answer)
