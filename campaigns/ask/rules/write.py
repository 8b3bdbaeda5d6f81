"""Writing an ask and its letter, until it is sent."""

from dataclasses import dataclass

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.rules.emails import BadEmail, normal_email
from campaigns.approval import rules as approvals
from campaigns.approval.states import Subject
from campaigns.ask import queries
from campaigns.ask.models import Ask, Letter
from campaigns.ask.rules import base
from campaigns.ask.rules.companies import name_company
from campaigns.ask.states import UNSENT, AskState
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import db, refs, text
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money


class AlreadyAsked(Refused):
    """The campaign has an ask for this company already."""

    field = "company"

    def __init__(self, company: str) -> None:
        super().__init__(f"{company} has been asked for this campaign already. Each company is asked once.")


class AlreadySent(Refused):
    """The company has this letter, so its words stay as they are."""


@dataclass(frozen=True)
class Draft:
    """What an advocate writes: to whom, for how much (in the campaign's currency), the letter in Markdown."""

    contact_name: str
    contact_email: str
    amount: Money
    subject: str
    body: str

    @property
    def content_hash(self) -> str:
        """Tells one letter from another."""
        return text.content_hash(text.one_line(self.subject), self.body)


def create(campaign: Campaign, company: Organisation | str, draft: Draft, *, by: User) -> Ask:
    """Ask a known company, or one that is named here for the first time, to support a live campaign.

    The same letter sent twice by the same author is one ask. Raises NotAllowed, CampaignNotLive, TooMuch,
    AlreadyAsked, BadEmail.
    """
    access.require(by, Action.WRITE_ASK, campaign)
    campaign = figures.lock(campaign.id)
    if isinstance(company, str):
        company = name_company(company, by=by)
    twin = db.session.scalars(queries.of_company(company.id, campaign.id)).one_or_none()
    if twin is not None:
        return _same(twin, company, draft, by)
    base.check_live(campaign)
    base.check_needed(draft.amount, campaign)
    ask = _new(campaign, company, draft, by)
    audit.record(by, "ask.created", ask)
    return ask


def _same(twin: Ask, company: Organisation, draft: Draft, by: User) -> Ask:
    """The ask that a double click has just made."""
    if twin.author_id != by.id or base.letter_of(twin).content_hash != draft.content_hash:
        raise AlreadyAsked(company.name)
    return twin


def _address(draft: Draft) -> str:
    try:
        return normal_email(draft.contact_email)
    except BadEmail:
        raise BadEmail(field="contact_email") from None


def _new(campaign: Campaign, company: Organisation, draft: Draft, by: User) -> Ask:
    ask = Ask(
        ref=refs.random_ref(),
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        company_id=company.id,
        author_id=by.id,
        state=AskState.DRAFTED,
        concerns_minor=campaign.concerns_minor,
        contact_name=text.one_line(draft.contact_name),
        contact_email=_address(draft),
        amount=draft.amount.amount,
        currency=draft.amount.currency,
    )
    db.session.add(ask)
    db.session.flush()
    _write(ask, draft, 1, by)
    return ask


def _write(ask: Ask, draft: Draft, version: int, by: User) -> None:
    letter = Letter(
        ask_id=ask.id,
        version=version,
        author_id=by.id,
        subject=text.one_line(draft.subject),
        body=draft.body,
        body_html=text.markdown(draft.body),
        content_hash=draft.content_hash,
    )
    db.session.add(letter)
    db.session.flush()


def edit(ask: Ask, draft: Draft, *, by: User) -> None:
    """Change an ask that was not sent: a changed letter is a new version, and any change needs a new reader.

    Raises NotAllowed, AlreadySent, TooMuch, BadEmail.
    """
    access.require(by, Action.WRITE_ASK, ask)
    base.lock(ask)
    if ask.state not in UNSENT:
        raise AlreadySent()
    base.check_needed(draft.amount, figures.lock(ask.campaign_id))
    letter = base.letter_of(ask)
    if ask.state is AskState.MODERATED:
        ask.move_to(AskState.DRAFTED)
    approvals.void(Subject.ASK, ask.id)
    if letter.content_hash != draft.content_hash:
        _write(ask, draft, letter.version + 1, by)
    ask.moderated_by_id = ask.moderated_at = ask.returned_note = None
    ask.contact_name, ask.contact_email = text.one_line(draft.contact_name), _address(draft)
    ask.amount = draft.amount.amount
    audit.record(by, "ask.edited", ask)
