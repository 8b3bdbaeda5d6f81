"""Applications at each stage, and campaigns in each state, with everything private marked."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign, Revision
from campaigns.campaign.rules import words
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.student import rules
from campaigns.student.models import Application, Decision, Identity, Need, Question
from campaigns.student.rules import codes
from campaigns.student.states import DocumentKind, NeedKind, Purpose, Reason, Source, Stage, Verdict

CANARIES = {
    "legal name": "Canary Legalname",
    "birth date": "2011-05-04",
    "contact": "canary.contact@example.org",
    "guardian's name": "Canary Guardian",
    "guardian's contact": "+254700000001",
    "applicant's address": "canary.applicant@example.org",
    "application's story": "Canary story of the student",
    "school": "Mwangaza Secondary",
    "vetter's note": "Canary note of a vetter",
    "vetter's question": "Canary question of a vetter",
    "student's answer": "Canary answer of a student",
    "draft's title": "Canary title of a draft",
    "reviewer's note": "Canary note of a reviewer",
    "proposed words": "Canary words that wait",
    "student's paper": "Canary paper of a student",
}
CANARY_PAPER = b"%PDF-1.4\n% Canary paper of a student\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CODE = "4KQ7M2XW9RTZ"


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    refs = _applications(get, users) | _campaigns(get, users)
    for application in db.session.scalars(sa.select(Application)):
        application.story = CANARIES["application's story"]
        application.applicant_email = application.applicant_email or CANARIES["applicant's address"]
    return refs


def _applications(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    make = get("an_application")
    submitted, in_review = make(Stage.SUBMITTED), make(Stage.IN_REVIEW, applicant=users["noor"])
    db.session.add(
        Decision(
            application_id=in_review.id,
            voter_id=users["vivian"].id,
            voter_email=users["vivian"].email_canonical,
            verdict=Verdict.APPROVE,
            reason=Reason.SCHOOL_CONFIRMED,
            note=CANARIES["vetter's note"],
        )
    )
    db.session.add(
        Question(
            application_id=in_review.id,
            asked_by_id=users["vivian"].id,
            text=CANARIES["vetter's question"],
            answer=CANARIES["student's answer"],
            answered_at=clock.now(),
        )
    )
    approved = make(Stage.APPROVED, approved_by=(users["victor"], users["vivian"]), consent=False)
    both = {Purpose.APPLY, Purpose.PUBLISH_TEXT}
    rules.give(approved, both, both)
    rules.check(approved, both, how="by telephone", by=users["safiya"])
    paper = rules.attach(approved, CANARY_PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)
    need = db.session.scalars(sa.select(Need.id).where(Need.application_id == approved.id)).first()
    return {
        "submitted": submitted.ref,
        "in_review": in_review.ref,
        "approved": approved.ref,
        "need": need,
        "paper": paper.id,
        "begun": _begun(get, users),
        "code": codes.grouped(CODE),
    }


def _begun(get: Callable[[str], Any], users: dict[str, User]) -> int:
    """An application that a student is filling in: complete, and not sent yet."""
    begun, _ = rules.start(get("lantern"), once=crypto.token(), by=None)
    begun.code_hash = codes.digest(CODE)
    identity = db.session.get_one(Identity, begun.id)
    identity.legal_name, identity.birth_date = CANARIES["legal name"], CANARIES["birth date"]
    identity.guardian_name, identity.guardian_relation = CANARIES["guardian's name"], "mother"
    begun.school_id, begun.country, begun.region, begun.level = get("school").id, "KE", "Western", "Secondary, year 3"
    begun.story = CANARIES["application's story"]
    rules.set_needs(begun, [rules.Line(NeedKind.TUITION, "Fees", "Term 1", Money(90_000, "EUR"))])
    rules.give(begun, {Purpose.APPLY}, {Purpose.APPLY})
    return begun.id


def _campaigns(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    def make(state: CampaignState, slug: str, **given: Any) -> Campaign:
        campaign: Campaign = get("a_campaign")(state, slug=slug, author=users["sara"], **given)
        campaign.returned_note = CANARIES["reviewer's note"]
        return campaign

    hidden = {"title": CANARIES["draft's title"]}
    make(CampaignState.DRAFT, "a-draft", **hidden)
    reviewing = make(CampaignState.IN_REVIEW, "in-review", **hidden)
    make(CampaignState.CANCELLED, "cancelled", **hidden)
    for state in (CampaignState.LIVE, CampaignState.PAUSED, CampaignState.REPORTING):
        make(state, state.value, title=f"A nurse, {state.value}")
    make(CampaignState.LIVE, "adult", minor=False)
    make(CampaignState.LIVE, "unpledged")
    revised = make(CampaignState.LIVE, "revised")
    _revise(revised, users["sara"])
    db.session.flush()
    seen = words.fingerprint(db.session.scalars(queries.whole(reviewing.id)).one())
    return {
        "draft": "a-draft", "reviewing": "in-review", "live": "live", "paused": "paused", "reporting": "reporting",
        "adult": "adult", "unpledged": "unpledged", "revised": "revised", "seen": seen, "cancelled": "cancelled",
    }  # fmt: skip


def _revise(campaign: Campaign, author: User) -> None:
    said = CANARIES["proposed words"]
    db.session.add(
        Revision(
            campaign_id=campaign.id,
            organisation_id=campaign.organisation_id,
            author_id=author.id,
            title=said,
            summary=said,
            story=said,
        )
    )
