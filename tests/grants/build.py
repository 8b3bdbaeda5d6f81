"""Building the world: everybody, and one of everything in Lantern."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account import sessions
from campaigns.account.models import Membership, User, UserSession
from campaigns.account.states import Role
from campaigns.community.models import Community, Invitation
from campaigns.kit import clock, crypto, db, links
from tests.cast.people import PASSWORD_HASH
from tests.cast.world import Person, World
from tests.grants import (
    applying,
    bulk,
    companies,
    leaving,
    letters,
    money,
    needs,
    offers,
    panel,
    papers,
    people,
    rights,
    showing,
    students,
)

AREAS = (students, letters, money, offers, bulk, applying, leaving, rights, needs, panel, papers)
"""What each part of the product adds to the world, in this order."""
LATER = (people, showing, companies)
"""The same for parts that need what the others have made."""

Get = Callable[[str], Any]

SHORT = {Role.SAFEGUARDING_OFFICER: "officer"}
HARBOUR = {"otto": Role.ORGANISER, "hana": Role.MEMBER, "hugo": Role.VETTER, "hedda": Role.SAFEGUARDING_OFFICER,
           "heiko": Role.TREASURER}  # fmt: skip
COMPANY = {"cora": Role.COMPANY_ADMIN, "finn": Role.COMPANY_FINANCE, "viola": Role.COMPANY_VIEWER}
SECRET = "CANARYTOTPCANARYTOTPCANARYTOTP22"
INVITED = "canary.invited@example.org"


def build(get: Get) -> World:
    """Everybody and everything, as rows that are not committed yet."""
    people = _people(get)
    users: dict[str, User] = {name: get_user(name) for name in people}
    refs: dict[str, Any] = {"slug": "lantern", "company": "meridian-freight", "school": get("school").slug}
    for area in AREAS:
        refs |= area.build(get, users)
    refs |= _account(get, users) | _team(get, users)
    for part in LATER:
        refs |= part.build(get, users, refs)
    canaries = _canaries(get("lantern"), users)
    for area in (*AREAS, *LATER):
        canaries |= area.CANARIES
    _sessions(people, users, refs)
    return World(people, refs, canaries | money.canaries_of_files())


def get_user(name: str) -> User:
    """The account with this first name."""
    found = db.session.scalars(sa.select(User).where(User.email == f"{name}@example.org")).one()
    found.second_factor = found.reauthenticated = True
    return found


def _people(get: Get) -> dict[str, Person]:
    lantern, harbour, a_user = get("lantern"), get("harbour"), get("a_user")
    company = get("a_company")("Meridian Freight")
    held: dict[str, tuple[Role, ...]] = {
        "amina": (Role.ORGANISER,), "marta": (Role.MEMBER,), "victor": (Role.VETTER,),
        "safiya": (Role.SAFEGUARDING_OFFICER,), "tomas": (Role.TREASURER,), "noor": (), "rita": (),
        "sara": (Role.ORGANISER, Role.SAFEGUARDING_OFFICER),  # wrote everything
        "tess": (Role.ORGANISER, Role.TREASURER),  # proposed every payment
        "vivian": (Role.VETTER, Role.TREASURER),  # voted on every student
        "leo": (Role.MEMBER,),
    }  # fmt: skip
    for name in ("amina", "marta", "victor", "safiya", "tomas", "noor", "rita", "mo", "ada", "otto"):
        get(name)
    for name in ("sara", "tess", "vivian", "leo"):
        a_user(name.capitalize(), *((role, lantern) for role in held[name]))
    for name, role in list(HARBOUR.items())[1:]:
        a_user(name.capitalize(), (role, harbour))
    for name, role in COMPANY.items():
        a_user(name.capitalize(), (role, company))
    a_user("Conny", (Role.COMPANY_ADMIN, company))  # so that Cora may leave
    a_user("Half", (Role.ORGANISER, lantern))
    people = {name: Person(name, frozenset(map(_short, roles)) | {name, "anyone"}) for name, roles in held.items()}
    people |= {name: Person(name, frozenset({name, "anyone", "harbour"})) for name in HARBOUR}
    people |= {name: Person(name, frozenset({name, "anyone"})) for name in COMPANY}
    people["mo"] = Person("mo", frozenset({"mo", "anyone", "moderator"}))
    people["ada"] = Person("ada", frozenset({"ada", "anyone", "administrator"}))
    people["half"] = Person("half", frozenset())
    return people


def _short(role: Role) -> str:
    return SHORT.get(role, role.value)


def _sessions(people: dict[str, Person], users: dict[str, User], refs: dict[str, Any]) -> None:
    """For each a session that has shown everything, one without second factor, one whose password was long ago."""
    long_ago = clock.now() - timedelta(hours=2)
    for name, person in people.items():
        user = users[name]
        for kind in ("everything", "no second factor", "password long ago", "spare"):
            person.sessions[kind] = sessions.start(user)
            if kind != "no second factor" and name != "half":
                sessions.note(user, second_factor=True, password=True)
        stale = UserSession.token_hash == crypto.digest(person.sessions["password long ago"])
        db.session.execute(sa.update(UserSession).where(stale).values(reauthenticated_at=long_ago))
        spare = UserSession.token_hash == crypto.digest(person.sessions["spare"])
        person.own["my_session"] = db.session.scalars(sa.select(UserSession.id).where(spare)).one()
        mine = sa.select(Membership.id).where(Membership.user_id == user.id).order_by(Membership.id)
        person.own["my_membership"] = db.session.scalars(mine).first() or refs["membership"]
        person.own["my_name"] = f"my.{name}"
    refs["ritas_session"] = people["rita"].own["my_session"]


def _account(get: Get, users: dict[str, User]) -> dict[str, Any]:
    half = users["half"]
    half.totp_secret, half.totp_confirmed_at = SECRET, clock.now()
    day, rita = timedelta(days=1), users["rita"].id
    given = {"name": "Nia New", "email": "nia@example.org", "password_hash": PASSWORD_HASH}
    return {
        "sign_up": links.issue("account.sign_up", 0, lasts=day, payload=given),
        "reset": links.issue("account.reset", rita, lasts=day),
        "new_email": links.issue("account.email", rita, lasts=day, payload={"email": "another@example.org"}),
        "sealed": crypto.seal(SECRET),
        "password": "correct horse battery staple",
    }


def _team(get: Get, users: dict[str, User]) -> dict[str, Any]:
    lantern: Community = get("lantern")
    invitation = Invitation(
        organisation=lantern.organisation, email=INVITED, role=Role.MEMBER, invited_by_id=users["sara"].id
    )
    db.session.add(invitation)
    db.session.flush()
    leo = sa.select(Membership.id).where(Membership.user_id == users["leo"].id)
    token = links.issue("community.invitation", invitation.id, lasts=timedelta(days=1))
    return {
        "invitation": invitation.id,
        "invitation_token": token,
        "membership": db.session.scalars(leo).one(),
    }


def _canaries(lantern: Community, users: dict[str, User]) -> dict[str, str]:
    iban = lantern.iban or ""
    return {
        "iban": iban,
        "iban in groups": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
        "password hash": PASSWORD_HASH,
        "second factor": SECRET,
        "invited address": INVITED,
        **{f"account address of {name}": user.email for name, user in users.items()},
    }
