"""What a community brings to a campaign, and what each of its people does."""

from enum import StrEnum

from campaigns.account.states import Role


class CommunityKind(StrEnum):
    """The four kinds of community."""

    ADVOCATE = "advocate"
    INSIGHT = "insight"
    SUPPORT = "support"
    SOCIAL = "social"


BRINGS = {
    CommunityKind.ADVOCATE: "campaigns for students, letters to companies, and sponsors who answer them",
    CommunityKind.INSIGHT: "evidence, that is research with its author, source, method and the day it was last checked",
    CommunityKind.SUPPORT: "guidance, that is practical ideas and offers to students, schools and those by their side",
    CommunityKind.SOCIAL: "discussion among people from all walks of life, who talk, share and bring others in",
}

DOES = {
    Role.ORGANISER: "invites people, starts campaigns and writes to companies, closes campaigns",
    Role.MEMBER: "starts campaigns, writes to companies, posts updates",
    Role.VETTER: "checks applications; needs a second factor",
    Role.SAFEGUARDING_OFFICER: "checks consent, and approves what is published; needs a second factor",
    Role.TREASURER: "records payments, and pays schools; needs a second factor",
}

DOES_IN_COMPANY = {
    Role.COMPANY_ADMIN: "invites people, sets the limit, and does all that finance does",
    Role.COMPANY_FINANCE: "answers letters, approves and pays pledges",
    Role.COMPANY_VIEWER: "sees everything, and proposes pledges",
}
