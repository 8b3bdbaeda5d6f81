"""Referees, guardians and schools who were asked about a student: one open request of each, and answers."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import OrganisationDomain, User
from campaigns.kit import db, links
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, SchoolAccount
from campaigns.student.rules import requests as rules
from campaigns.student.rules.requests.send import LASTS, PURPOSES
from campaigns.student.states import Known, Purpose

OFFICE = "canary.bursar@mwangaza.ac.ke"
CANARIES = {
    "referee's name": "Canary Referee",
    "referee's address": "canary.referee@example.org",
    "referee's words": "Canary words of a referee",
    "officer's name": "Canary Officer",
    "officer's position": "Canary position at the school",
    "office's address": OFFICE,
    "school's account holder": "Canary School Account",
    "school's account number": "CANARY0123456789",
    "school's bank": "Canary Bank of Kakamega",
    "guardian's own name": "Canary Typed Guardian",
}


def build(get: Callable[[str], Any], users: dict[str, User], refs: dict[str, Any]) -> dict[str, Any]:
    """Ask everybody about applications of the world; gives what addresses need."""
    db.session.add(OrganisationDomain(organisation_id=get("school").id, domain="mwangaza.ac.ke"))
    db.session.flush()
    begun = db.session.get_one(Application, refs["begun"])
    made = {
        "vouch": _referee(begun, "vouch"),
        "guardian": rules.ask_guardian(begun, once="guardian", by=None).request,
        "enrol": rules.ask_school(begun, OFFICE, once="school", by=None).request,
    }
    given = {name: _link(request) for name, request in made.items()}
    given |= {"asked": made["vouch"].id} | _answered(begun)
    approved = _of(refs["approved"])
    asked = rules.ask_referee(
        approved, CANARIES["referee's name"], "teacher", "another.referee@example.org", once="team", by=users["victor"]
    )
    return given | {"asked_by_team": asked.request.id}


def _of(ref: str) -> Application:
    return db.session.scalars(sa.select(Application).where(Application.ref == ref)).one()


def _referee(application: Application, once: str) -> ConfirmationRequest:
    given = (CANARIES["referee's name"], "teacher", CANARIES["referee's address"])
    return rules.ask_referee(application, *given, once=once, by=None).request


def _link(request: ConfirmationRequest) -> str:
    """One more link, whose token is known here."""
    return links.issue(PURPOSES[request.kind], request.id, lasts=LASTS)


def _answered(begun: Application) -> dict[str, Any]:
    """Answers to requests about an application of their own: another student's."""
    other = db.session.scalars(
        sa.select(Application).where(Application.id != begun.id, Application.stage == "submitted").limit(1)
    ).one()
    vouched = _referee(other, "vouched")
    said = {"relation": "teacher", "known": Known.LONGER, "text": CANARIES["referee's words"]}
    vouched_link = _link(vouched)
    rules.vouch(vouched_link, name=CANARIES["referee's name"], **said)
    agreed = rules.ask_guardian(other, once="agreed", by=None).request
    rules.agree(_link(agreed), {Purpose.APPLY}, name=CANARIES["guardian's own name"], relation="mother")
    school = rules.ask_school(other, OFFICE, once="answered", by=None).request
    bank = rules.BankDetails(
        CANARIES["school's account holder"],
        number=CANARIES["school's account number"],
        bank=CANARIES["school's bank"],
    )
    who = (CANARIES["officer's name"], CANARIES["officer's position"])
    amounts = {need.id: need.amount for need in db.session.scalars(queries.needs_of(other.id))}
    rules.confirm_enrolment(_link(school), rules.SchoolAnswer(True, *who, amounts=amounts, bank=bank))
    return {"vouched": vouched_link, "agreed_key": rules.agreed_key(agreed), "school_account": _account(school)}


def _account(request: ConfirmationRequest) -> int:
    return db.session.scalars(sa.select(SchoolAccount.id).where(SchoolAccount.request_id == request.id)).one()
