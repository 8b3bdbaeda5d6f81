"""Who somebody can be, and where."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is. `platform` is Vouch itself, for moderators and administrators."""

    COMMUNITY = "community"
    COMPANY = "company"
    SCHOOL = "school"
    PLATFORM = "platform"


class Role(StrEnum):
    """What a person may be within one organisation."""

    ORGANISER = "organiser"
    MEMBER = "member"
    VETTER = "vetter"
    SAFEGUARDING_OFFICER = "safeguarding_officer"
    TREASURER = "treasurer"
    COMPANY_ADMIN = "company_admin"
    COMPANY_FINANCE = "company_finance"
    COMPANY_VIEWER = "company_viewer"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


COMMUNITY_ROLES = frozenset({Role.ORGANISER, Role.MEMBER, Role.VETTER, Role.SAFEGUARDING_OFFICER, Role.TREASURER})
COMPANY_ROLES = frozenset({Role.COMPANY_ADMIN, Role.COMPANY_FINANCE, Role.COMPANY_VIEWER})
SECOND_FACTOR_ROLES = frozenset(
    {Role.VETTER, Role.SAFEGUARDING_OFFICER, Role.TREASURER, Role.MODERATOR, Role.ADMINISTRATOR}
)
