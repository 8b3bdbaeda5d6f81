"""Finding asks, companies and signatures, by what the viewer may see."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.ask.models import Ask, Company, Letter, Reply, Signature
from campaigns.ask.states import OPEN_FOR_ANSWER, REMIND_BEFORE, SILENT_AFTER, AskState
from campaigns.campaign.models import Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import PUBLIC
from campaigns.kit import clock, crypto
from campaigns.kit.links import SignedLink

LINK = "ask.signature"
"""The purpose of links that confirm a signature."""

SHOWN_COMPANIES = 20
SHOWN_SIGNERS = 60
LATELY = timedelta(days=14)

TheCompany = aliased(Organisation, name="the_company")
TheCommunity = aliased(Organisation, name="the_community")

STANDING = sa.and_(Signature.confirmed_at.is_not(None), Signature.removed_at.is_(None))
"""A signature that counts: its address was confirmed, and it was not taken back."""


WITH_ASK = joinedload(Signature.ask).options(joinedload(Ask.company), joinedload(Ask.campaign))


def _whole() -> sa.Select[Ask]:
    return (
        sa.select(Ask)
        .join(Ask.campaign)
        .join(TheCompany, Ask.company)
        .join(TheCommunity, Ask.organisation)
        .options(
            contains_eager(Ask.campaign),
            contains_eager(Ask.company.of_type(TheCompany)),
            contains_eager(Ask.organisation.of_type(TheCommunity)),
            joinedload(Ask.reply),
        )
    )


def visible_to(user: User, slug: str) -> sa.Select[Ask]:
    """The asks of one community that this person may see: as one of its team, or to read letters for Vouch."""
    team = access.organisations_of(user, Action.VIEW_COMMUNITY)
    readers = access.organisations_of(user, Action.MODERATE_ASK)
    seen = sa.or_(Ask.organisation_id.in_(team), Ask.organisation_id.in_(readers))
    people = (joinedload(Ask.author), joinedload(Ask.moderated_by))
    return _whole().where(TheCommunity.slug == slug, seen).options(*people)


def by_ref(ref: str) -> sa.Select[Ask]:
    """An ask whose reference a signed link has named, with its campaign, company, community and reply."""
    return _whole().where(Ask.ref == ref)


def public(ref: str) -> sa.Select[Ask]:
    """An ask that every visitor may see, while its campaign is public, too, and consent to that holds."""
    shown = sa.or_(Ask.public_at.is_not(None), Ask.reply.has(Reply.is_public))
    return by_ref(ref).where(shown, Campaign.state.in_(PUBLIC), ~hidden())


def without_consent(ask_ids: Collection[int]) -> sa.Select[int]:
    """Those of these asks whose letter speaks of a student who does not consent to it now."""
    lapses = sa.or_(Campaign.state.not_in(PUBLIC), hidden())
    return sa.select(Ask.id).join(Ask.campaign).where(Ask.id.in_(ask_ids), lapses)


def letter_of(ask_id: int) -> sa.Select[Letter]:
    """The letter of an ask as it reads now."""
    return sa.select(Letter).where(Letter.ask_id == ask_id).order_by(Letter.version.desc()).limit(1)


def list_of(organisation_id: int, states: set[AskState] | None = None) -> sa.Select[*tuple[Any, ...]]:
    """A community's asks as rows of a list: what is asked of whom, how far it is, what the answer was."""
    select = _rows().where(Ask.organisation_id == organisation_id)
    return select.where(Ask.state.in_(states)) if states else select


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Ask.id,
            Ask.ref,
            Ask.state,
            Ask.amount,
            Ask.currency,
            Ask.author_id,
            Ask.quiet_until,
            Ask.public_at,
            Ask.answered_at,
            Ask.returned_note,
            Ask.signature_count,
            TheCompany.name.label("company"),
            Campaign.title.label("campaign"),
            Campaign.slug.label("campaign_slug"),
            Reply.answer,
        )
        .join(TheCompany, Ask.company_id == TheCompany.id)
        .join(Campaign, Ask.campaign_id == Campaign.id)
        .join(Reply, Reply.ask_id == Ask.id, isouter=True)
    )


def counts(organisation_id: int) -> sa.Select[*tuple[Any, ...]]:
    """How many asks a community has in each state."""
    counted = sa.select(Ask.state, sa.func.count()).where(Ask.organisation_id == organisation_id)
    return counted.group_by(Ask.state)


def waiting(organisation_id: int) -> sa.Select[*tuple[Any, ...]]:
    """A community's asks in which somebody has to do something now, the oldest first, as the rows of `list_of`:
    to read, to revise, to send, past the quiet period, long public without an answer, lately answered."""
    now = clock.now()
    return (
        list_of(organisation_id)
        .where(
            sa.or_(
                Ask.state.in_([AskState.DRAFTED, AskState.MODERATED]),
                sa.and_(Ask.state == AskState.PRIVATE, Ask.quiet_until <= now),
                sa.and_(Ask.state == AskState.PUBLIC, Ask.public_at <= now - SILENT_AFTER),
                sa.and_(Ask.state == AskState.ANSWERED, Ask.answered_at > now - LATELY),
            )
        )
        .order_by(Ask.id)
    )


def public_of_campaign(campaign_id: int) -> sa.Select[*tuple[Any, ...]]:
    """A campaign's asks that visitors may see, the latest first, as rows: ref, state, company, signature_count,
    public_at, answered_at, answer."""
    return (
        sa.select(
            Ask.ref,
            Ask.state,
            TheCompany.name.label("company"),
            Ask.signature_count,
            Ask.public_at,
            Ask.answered_at,
            Reply.answer,
        )
        .join(TheCompany, Ask.company_id == TheCompany.id)
        .join(Reply, Reply.ask_id == Ask.id, isouter=True)
        .where(Ask.campaign_id == campaign_id, sa.or_(Ask.public_at.is_not(None), Reply.is_public))
        .order_by(Ask.id.desc())
    )


def reminders_due() -> sa.Select[Ask]:
    """Unanswered private asks whose quiet period is about to end and whose company was not reminded."""
    now = clock.now()
    soon = sa.and_(Ask.quiet_until > now, Ask.quiet_until <= now + REMIND_BEFORE)
    unreminded = sa.and_(Ask.state == AskState.PRIVATE, Ask.reminded_at.is_(None))
    return _whole().where(unreminded, soon, ~hidden()).order_by(Ask.id).limit(100)


def of_company(company_id: int, campaign_id: int) -> sa.Select[Ask]:
    """The ask of this campaign to this company, of which there is at most one."""
    return sa.select(Ask).where(Ask.company_id == company_id, Ask.campaign_id == campaign_id)


def latest_open(company_id: int) -> sa.Select[*tuple[Any, ...]]:
    """When this company was last sent a letter that it has not answered, by any community."""
    unanswered = Ask.state.in_(OPEN_FOR_ANSWER)
    return sa.select(sa.func.max(Ask.sent_at)).where(Ask.company_id == company_id, unanswered)


def campaigns_of_writer(user: User, organisation_id: int) -> sa.Select[Campaign]:
    """A community's campaigns, the latest first, where this person may write letters for them."""
    mine = Campaign.organisation_id.in_(access.organisations_of(user, Action.WRITE_ASK))
    return sa.select(Campaign).where(Campaign.organisation_id == organisation_id, mine).order_by(Campaign.id.desc())


def companies(words: str, campaign_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Companies whose name holds these words or whose symbol they are, with the ask of this campaign, if any."""
    named = Organisation.name.icontains(words, autoescape=True)
    return (
        sa.select(Organisation.slug, Organisation.name, Company.sector, Company.headquarters, Ask.ref)
        .join(Company, Company.organisation_id == Organisation.id, isouter=True)
        .join(Ask, sa.and_(Ask.company_id == Organisation.id, Ask.campaign_id == campaign_id), isouter=True)
        .where(Organisation.kind == OrganisationKind.COMPANY, sa.or_(named, Company.symbol == words.upper()))
        .order_by(Organisation.name)
        .limit(SHOWN_COMPANIES)
    )


def company(slug: str) -> sa.Select[Organisation]:
    """A known company by its short address."""
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.COMPANY, Organisation.slug == slug)


def company_named(name: str, slug: str) -> sa.Select[Organisation]:
    """The company that goes by this name, or whose short address it makes."""
    known = Organisation.slug == slug if slug else sa.func.lower(Organisation.name) == name.lower()
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.COMPANY, known)


def signature(signature_id: int) -> sa.Select[Signature]:
    """A signature with its ask, which a link has named."""
    return sa.select(Signature).where(Signature.id == signature_id).options(WITH_ASK)


def signature_of_link(token: str) -> sa.Select[Signature]:
    """The signature behind an e-mailed link, also once the link is spent."""
    link = sa.and_(SignedLink.token_hash == crypto.digest(token), SignedLink.purpose == LINK)
    return sa.select(Signature).where(Signature.id.in_(sa.select(SignedLink.subject_id).where(link))).options(WITH_ASK)


def signature_of(ask_id: int, email_hashes: list[str]) -> sa.Select[Signature]:
    """The signature that an address has given to an ask, in whatever state."""
    return sa.select(Signature).where(Signature.ask_id == ask_id, Signature.email_hash.in_(email_hashes))


def signers(ask_id: int) -> sa.Select[*tuple[Any, ...]]:
    """The latest who signed, by the name they chose."""
    return (
        sa.select(Signature.shown_as, Signature.is_pseudonym)
        .where(Signature.ask_id == ask_id, STANDING)
        .order_by(Signature.confirmed_at.desc(), Signature.id.desc())
        .limit(SHOWN_SIGNERS)
    )


def apart(ask_id: int) -> sa.Select[*tuple[Any, ...]]:
    """What does not count as a signature: one row with how many are `pending` and how many were `removed`."""
    pending = sa.and_(Signature.removed_at.is_(None), Signature.confirmed_at.is_(None))
    removed = sa.and_(Signature.removed_at.is_not(None), Signature.confirmed_at.is_not(None))

    def count(which: Any) -> Any:
        return sa.select(sa.func.count()).where(Signature.ask_id == ask_id, which).scalar_subquery()

    return sa.select(count(pending).label("pending"), count(removed).label("removed"))
