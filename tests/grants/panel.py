"""Applications before a panel, with what vetters wrote marked."""

import json
from collections.abc import Callable
from typing import Any

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.student import rules
from campaigns.student.models import (
    Appeal,
    Application,
    Assignment,
    Conflict,
    Decision,
    Interest,
    ScoreLine,
    ScoreSheet,
    Submission,
)
from campaigns.student.rules.vetting import rubric
from campaigns.student.states import ConflictKind, Criterion, InterestKind, Reason, Stage, Verdict
from tests.cast.panel import whole

CANARIES = {
    "score's reason": "Canary reason of a score",
    "conflict's note": "Canary note of a conflict",
    "overruling": "Canary words of an officer",
    "letter to the student": "Canary letter of a decision",
    "appeal": "Canary words of an appeal",
    "what was sent": "Canary words of a submission",
}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """One to score (not by Vivian, who has a conflict), one to decide, one that was appealed against."""
    make = get("an_application")
    scoring, ready, appealed = make(Stage.IN_REVIEW), make(Stage.IN_REVIEW), make(Stage.APPEALED)
    for name in ("victor", "safiya", "sara"):
        db.session.add(Assignment(application_id=scoring.id, round=1, vetter_id=users[name].id))
    vivian = Conflict(application_id=scoring.id, user_id=users["vivian"].id, kind=ConflictKind.OTHER)
    vivian.note = CANARIES["conflict's note"]
    namesake = Conflict(application_id=scoring.id, user_id=users["leo"].id, kind=ConflictKind.FAMILY_NAME)
    overruled = Conflict(application_id=ready.id, user_id=users["leo"].id, kind=ConflictKind.FAMILY_NAME)
    overruled.overruled_why, overruled.overruled_at = CANARIES["overruling"], clock.now()
    overruled.overruled_by_id = users["safiya"].id
    told = Interest(user_id=users["safiya"].id, kind=InterestKind.DOMAIN, fingerprint="0" * 64)
    db.session.add_all([vivian, namesake, overruled, told])
    db.session.add(
        Submission(application_id=ready.id, round=1, content=json.dumps({"story": CANARIES["what was sent"]}))
    )
    for name in ("vivian", "sara"):
        _sheet(ready, users[name])
    ready.recommended, ready.score = Verdict.APPROVE, 75
    _appealed(appealed, users["vivian"])
    db.session.flush()
    return {
        "scoring": scoring.ref,
        "ready": ready.ref,
        "namesake": namesake.id,
        "interest": told.id,
        "letter_seen": rules.preview(whole(ready), Reason.DOCUMENTS_SEEN).seen,
    }


def _sheet(application: Application, by: User) -> None:
    weights = rubric.current(application.organisation_id)
    line = ScoreLine(application_id=application.id, criterion=Criterion.NEED, level=3)
    line.reason = CANARIES["score's reason"]
    sheet = ScoreSheet(
        application_id=application.id,
        round=1,
        vetter_id=by.id,
        vetter_email=by.email_canonical,
        rubric_id=weights.id,
        recommends=Verdict.APPROVE,
        total=75,
    )
    sheet.lines.append(line)
    db.session.add(sheet)
    db.session.flush()


def _appealed(application: Application, voter: User) -> None:
    decision = Decision(application_id=application.id, voter_id=voter.id, voter_email=voter.email_canonical)
    decision.verdict, decision.reason = Verdict.DECLINE, Reason.OUT_OF_SCOPE
    decision.letter = CANARIES["letter to the student"]
    db.session.add(decision)
    db.session.flush()
    application.round = 2
    db.session.add(Appeal(application_id=application.id, round=1, text=CANARIES["appeal"]))
