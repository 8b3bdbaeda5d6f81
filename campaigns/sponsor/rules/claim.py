"""Whose a company is: asked by the link in a letter, decided by who administers Vouch.

A letter's address is typed by whoever writes it, and an address proves no employment: neither opens what others have
written to a company, or what it has promised elsewhere.
"""

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as account
from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.ask.models import Ask
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, links, text
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice
from campaigns.sponsor import queries
from campaigns.sponsor.models import CompanyClaim
from campaigns.sponsor.states import ClaimState


class AlreadyAsked(Refused):
    """You have asked already. You will get an e-mail when it is decided."""


class AlreadyOurs(Refused):
    """You belong to this company already."""


def claim(ask: Ask, position: str, *, by: User) -> CompanyClaim:
    """Ask to be the admin of the company that a letter was written to; the caller has shown its link.

    Opens nothing by itself. Raises AlreadyAsked, AlreadyOurs.
    """
    if db.session.scalar(queries.holds_role(by.id, ask.company_id)):
        raise AlreadyOurs()
    new = db.insert(CompanyClaim).values(
        company_id=ask.company_id,
        ask_id=ask.id,
        user_id=by.id,
        state=ClaimState.ASKED,
        position=text.one_line(position)[:120],
        asked_at=clock.now(),
    )
    made = db.session.execute(new.on_conflict_do_nothing().returning(CompanyClaim.id)).scalar()
    if made is None:
        raise AlreadyAsked()
    found = db.session.scalars(queries.claims().where(CompanyClaim.id == made)).one()
    audit.record(by, "company.claimed", found, company=ask.company_id)
    for person in db.session.scalars(queries.administrators()):
        notice.send(
            person.email,
            "sponsor/mail/claimed",
            key=f"company.claimed:{found.id}",
            name=person.name,
            claimant=by.name,
            company=found.company.name,
            url=links.url("sponsor.claims"),
        )
    return found


def grant(found: CompanyClaim, note: str, *, by: User) -> None:
    """Let somebody be a company's admin; `note` says how it was checked. Raises NotAllowed, IllegalMove."""
    _decide(found, ClaimState.GRANTED, note, by)
    account.grant(found.user, found.company, Role.COMPANY_ADMIN, by=by)


def refuse(found: CompanyClaim, note: str, *, by: User) -> None:
    """Turn a claim down; `note` says why, to the claimant too. Raises NotAllowed, IllegalMove."""
    _decide(found, ClaimState.REFUSED, note, by)


def _decide(found: CompanyClaim, state: ClaimState, note: str, by: User) -> None:
    access.require(by, Action.DECIDE_CLAIM, found)
    db.session.refresh(found, ["state"], with_for_update=True)
    found.move_to(state)
    found.decided_by_id, found.decided_at, found.note = by.id, clock.now(), text.one_line(note)[:300]
    audit.record(by, f"company.claim_{state.value}", found, company=found.company_id)
    granted = state is ClaimState.GRANTED
    notice.send(
        found.user.email,
        "sponsor/mail/decided",
        key=f"company.claim_decided:{found.id}",
        name=found.user.name,
        company=found.company.name,
        granted=granted,
        note="" if granted else found.note,
        url=links.url("sponsor.overview", slug=found.company.slug) if granted else links.url("site.front"),
    )
