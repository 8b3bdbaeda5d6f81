"""The communities, teams and schools of the sample data."""

from dataclasses import dataclass, field

import pyotp
import sqlalchemy as sa

from campaigns.account import rules as account
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.community import rules as communities
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, db

PASSWORD = "every cent is followed"  # noqa: S105 - for sample people on somebody's own machine

ROLES = {
    "ada@vouch.example": "administrator of Vouch",
    "mo@vouch.example": "moderator of Vouch",
    "amina@lantern.example": "organiser of Lantern",
    "marta@lantern.example": "member of Lantern",
    "victor@lantern.example": "vetter of Lantern",
    "vera@lantern.example": "vetter of Lantern",
    "safiya@lantern.example": "safeguarding officer of Lantern",
    "tomas@lantern.example": "treasurer of Lantern",
    "gwen@secondbell.example": "organiser of Second Bell",
    "jonathan@meridian.example": "admin of Meridian Freight",
    "dana@meridian.example": "finance of Meridian Freight",
    "luis@meridian.example": "viewer of Meridian Freight",
}

ABOUT = {
    "Lantern": "Teachers, neighbours and former students from Western Kenya who do not accept that a place at "
    "school is lost for the price of a term. We check every need with the school, ask companies that earn in our "
    "region to stand up for its students, and show what became of every cent.",
    "Second Bell": "We help students of further education stay until the last bell: fares, tools, exam fees. "
    "Mentors give an hour a week; sponsors give what an hour cannot buy.",
    "Open Register": "Researchers who find out what keeps students out of class, and say how they know: source, "
    "method and date with every figure.",
    "Kitchen Table": "Parents, grandparents and students who talk about school where they meet anyway, and pass a "
    "campaign on with the name of who passed it to them.",
}


@dataclass
class Cast:
    """Everybody, by first name; communities, schools and companies by name."""

    people: dict[str, User] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    schools: dict[str, Organisation] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]


def gather() -> Cast:
    """Make everybody. Each has shown everything that can be shown, as far as the rules can see."""
    cast = Cast()
    for name, email in (
        ("Ada", "ada@vouch.example"),
        ("Mo", "mo@vouch.example"),
        ("Amina", "amina@lantern.example"),
        ("Marta", "marta@lantern.example"),
        ("Victor", "victor@lantern.example"),
        ("Vera", "vera@lantern.example"),
        ("Wangari", "wangari@lantern.example"),
        ("Safiya", "safiya@lantern.example"),
        ("Tomas", "tomas@lantern.example"),
        ("Gwen", "gwen@secondbell.example"),
        ("Hugh", "hugh@secondbell.example"),
        ("Ines", "ines@openregister.example"),
        ("Kofi", "kofi@kitchentable.example"),
    ):
        cast.people[name] = _person(name, email)
    _platform(cast)
    _communities(cast)
    for name, country in (
        ("Mwangaza Secondary School", "KE"),
        ("Lakeside Technical College", "KE"),
        ("Kisumu School of Nursing", "KE"),
        ("Harrow Vale College", "GB"),
    ):
        domains = [f"{name.split()[0].lower()}.example"]
        cast.schools[name] = account.create_organisation(
            OrganisationKind.SCHOOL, name, country=country, domains=domains
        )
    return cast


def _person(name: str, email: str) -> User:
    family = {"Ada": "Brandt", "Mo": "Haddad", "Amina": "Odhiambo", "Marta": "Keller", "Victor": "Otieno"}
    family |= {"Vera": "Njeri", "Safiya": "Hassan", "Tomas": "Lind", "Gwen": "Parry", "Hugh": "Lloyd"}
    user = account.create_user(f"{name} {family.get(name, 'Mensah')}", email, PASSWORD)
    user.totp_secret, user.totp_confirmed_at = pyotp.random_base32(), clock.now()
    user.second_factor = user.reauthenticated = True
    return user


def _platform(cast: Cast) -> None:
    vouch = account.create_organisation(OrganisationKind.PLATFORM, "Vouch")
    account.grant(cast["Ada"], vouch, Role.ADMINISTRATOR)
    account.grant(cast["Mo"], vouch, Role.MODERATOR)


def _communities(cast: Cast) -> None:
    def found(name: str, kind: CommunityKind, country: str, currency: str, by: str) -> Community:
        made = communities.create(name, kind, country, currency, ABOUT[name], by=cast[by])
        cast.communities[name] = made
        return made

    lantern = found("Lantern", CommunityKind.ADVOCATE, "KE", "EUR", "Amina")
    bell = found("Second Bell", CommunityKind.SUPPORT, "GB", "GBP", "Gwen")
    found("Open Register", CommunityKind.INSIGHT, "DE", "EUR", "Ines")
    found("Kitchen Table", CommunityKind.SOCIAL, "GH", "EUR", "Kofi")
    for name, role in (
        ("Marta", Role.MEMBER),
        ("Victor", Role.VETTER),
        ("Vera", Role.VETTER),
        ("Wangari", Role.VETTER),
        ("Safiya", Role.SAFEGUARDING_OFFICER),
        ("Tomas", Role.TREASURER),
    ):
        account.grant(cast[name], lantern, role, by=cast["Amina"])
    # A small community borrows people: each still holds one step of a case only.
    for name, role in (
        ("Vera", Role.VETTER),
        ("Victor", Role.VETTER),
        ("Safiya", Role.SAFEGUARDING_OFFICER),
        ("Hugh", Role.TREASURER),
    ):
        account.grant(cast[name], bell, role, by=cast["Gwen"])
    db.session.flush()
    communities.describe(lantern, lantern.about, True, by=cast["Amina"])
    communities.describe(bell, bell.about, True, by=cast["Gwen"])
    communities.change_bank_details(lantern, "Lantern e.V.", "DE89370400440532013000", "COBADEFFXXX", by=cast["Tomas"])
    communities.change_bank_details(bell, "Second Bell CIO", "GB29NWBK60161331926819", "NWBKGB2L", by=cast["Hugh"])


def sample_people() -> list[User]:
    """The sample people who are in this database, in the order of their making."""
    select = sa.select(User).where(User.email.like("%.example")).order_by(User.id)
    return list(db.session.scalars(select))
