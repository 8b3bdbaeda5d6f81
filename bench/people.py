"""Students whose names are sealed, and accounts with a sealed second factor."""

from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import crypto, db, refs
from campaigns.student.models import Application, Identity
from campaigns.student.states import Stage


def fill(count: int) -> None:
    """Make `count` applications and as many accounts in one community."""
    organisation = Organisation(kind=OrganisationKind.COMMUNITY, slug="lantern", name="Lantern")
    db.session.add(Community(organisation=organisation, kind=CommunityKind.ADVOCATE, iban="DE89370400440532013000"))
    db.session.flush()
    applications = [
        Application(
            ref=refs.random_ref(),
            code_hash=crypto.digest(crypto.token()),
            organisation_id=organisation.id,
            stage=Stage.DRAFT,
            alias="Amber Heron",
        )
        for _ in range(count)
    ]
    db.session.add_all(applications)
    db.session.flush()
    db.session.add_all(Identity(application_id=each.id, legal_name=f"Student {each.id}") for each in applications)
    for number in range(count):
        email = f"person{number}@example.org"
        given = {"email": email, "email_canonical": email, "name": "Person", "password_hash": "x"}
        db.session.add(User(**given, totp_secret=f"SECRET{number}"))
    db.session.commit()
