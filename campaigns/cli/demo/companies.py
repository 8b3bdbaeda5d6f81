"""A sample company's people."""

import sqlalchemy as sa

from campaigns.account import rules as account
from campaigns.account.models import Organisation
from campaigns.account.states import Role
from campaigns.ask.models import Ask
from campaigns.cli.demo.people import PASSWORD, Cast
from campaigns.cli.demo.time import day
from campaigns.kit import db
from campaigns.sponsor import rules

PEOPLE = (
    ("Jonathan Reyes", "jonathan@meridian.example", Role.COMPANY_ADMIN),
    ("Dana Whitfield", "dana@meridian.example", Role.COMPANY_FINANCE),
    ("Luis Ferro", "luis@meridian.example", Role.COMPANY_VIEWER),
)


def settle_in(cast: Cast, ask: Ask) -> None:
    """The company that said yes to this letter opens its workspace; somebody of another asks for theirs."""
    with db.transaction(), day(3):
        users = [account.create_user(name, email, PASSWORD) for name, email, _ in PEOPLE]
        company = db.session.get_one(Organisation, ask.company_id)
        rules.grant(rules.claim(ask, "Head of community affairs", by=users[0]), "Rang their desk.", by=cast["Ada"])
        for user, (_, _, role) in list(zip(users, PEOPLE, strict=True))[1:]:
            account.grant(user, company, role, by=users[0])
    with db.transaction(), day(1):
        textiles = sa.select(Ask).join(Ask.company).where(Organisation.name == "Orchard Textiles")
        somebody = account.create_user("Aiko Sato", "aiko@orchard.example", PASSWORD)
        rules.claim(db.session.scalars(textiles).one(), "Communications", by=somebody)
