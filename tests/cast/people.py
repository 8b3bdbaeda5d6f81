"""The people of every test.

Amina organises Lantern, an advocate community; Victor and Vera vet there, Safiya is its safeguarding
officer, Tomas its treasurer, Marta a plain member. Noor is a student with an account. Mo moderates and
Ada administers Vouch. Otto organises Harbour, another community. Rita has an account and no role.
"""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from campaigns.account import passwords, queries, sessions
from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, db
from campaigns.kit.web import VouchApp
from campaigns.student.models import Application

PASSWORD = "correct horse battery staple"
PASSWORD_HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def a_user(app: VouchApp) -> Callable[..., User]:
    """Make a confirmed account: `a_user("Rita", (Role.VETTER, lantern), …)`."""

    def make(name: str, *roles: tuple[Role, Organisation | Community]) -> User:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        user = User(
            email=email,
            email_canonical=email,
            name=name,
            password_hash=PASSWORD_HASH,
            email_confirmed_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        for role, organisation in roles:
            db.session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=role))
        db.session.commit()
        user = db.session.scalars(queries.by_email(email).execution_options(populate_existing=True)).one()
        # As the rules see a person who has shown everything that can be shown.
        user.second_factor = user.reauthenticated = True
        return user

    return make


@pytest.fixture
def a_community(app: VouchApp) -> Callable[..., Community]:
    """Make a community: `a_community("Harbour", CommunityKind.SOCIAL)`."""

    def make(name: str, kind: CommunityKind = CommunityKind.ADVOCATE) -> Community:
        organisation = Organisation(
            kind=OrganisationKind.COMMUNITY, slug=name.lower().replace(" ", "-"), name=name, country="KE"
        )
        community = Community(
            organisation=organisation,
            kind=kind,
            about=f"{name} speaks up for students.",
            currency="EUR",
            accepts_applications=True,
            payee=f"{name} e.V.",
            iban="DE89370400440532013000",
            bic="COBADEFFXXX",
        )
        db.session.add(community)
        db.session.commit()
        return community

    return make


@pytest.fixture
def lantern(a_community: Callable[..., Community]) -> Community:
    return a_community("Lantern")


@pytest.fixture
def harbour(a_community: Callable[..., Community]) -> Community:
    return a_community("Harbour")


@pytest.fixture
def vouch(app: VouchApp) -> Organisation:
    """Vouch itself, for those who moderate and administer it."""
    organisation = Organisation(kind=OrganisationKind.PLATFORM, slug="vouch", name="Vouch")
    db.session.add(organisation)
    db.session.commit()
    return organisation


@pytest.fixture
def amina(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Amina", (Role.ORGANISER, lantern))


@pytest.fixture
def marta(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Marta", (Role.MEMBER, lantern))


@pytest.fixture
def victor(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Victor", (Role.VETTER, lantern))


@pytest.fixture
def vera(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Vera", (Role.VETTER, lantern))


@pytest.fixture
def safiya(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Safiya", (Role.SAFEGUARDING_OFFICER, lantern))


@pytest.fixture
def tomas(a_user: Callable[..., User], lantern: Community) -> User:
    return a_user("Tomas", (Role.TREASURER, lantern))


@pytest.fixture
def otto(a_user: Callable[..., User], harbour: Community) -> User:
    return a_user("Otto", (Role.ORGANISER, harbour))


@pytest.fixture
def noor(a_user: Callable[..., User]) -> User:
    return a_user("Noor")


@pytest.fixture
def rita(a_user: Callable[..., User]) -> User:
    return a_user("Rita")


@pytest.fixture
def mo(a_user: Callable[..., User], vouch: Organisation) -> User:
    return a_user("Mo", (Role.MODERATOR, vouch))


@pytest.fixture
def ada(a_user: Callable[..., User], vouch: Organisation) -> User:
    return a_user("Ada", (Role.ADMINISTRATOR, vouch))


@pytest.fixture
def sign_in(app: VouchApp) -> Callable[..., FlaskClient]:
    """A browser in which this person is signed in, with a second factor and a fresh password shown."""

    def start(user: User, *, second_factor: bool = True) -> FlaskClient:
        token = sessions.start(user)
        if second_factor:
            sessions.note(user, second_factor=True, password=True)
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return start


@pytest.fixture
def hold(client: FlaskClient) -> Callable[[Application], FlaskClient]:
    """A browser that holds this application."""

    def start(application: Application) -> FlaskClient:
        with client.session_transaction() as session:
            session["application"] = application.id
            session["application_seen"] = int(clock.now().timestamp())
        return client

    return start
