"""Every table of this domain that holds something about a student, and what becomes of it when they are forgotten."""

from campaigns.kit.held import Held, OnErasure
from campaigns.student.models import (
    Appeal,
    Application,
    Assignment,
    ConfirmationRequest,
    Conflict,
    Consent,
    ConsentReminder,
    Decision,
    Document,
    Identity,
    Need,
    NeedChange,
    NeedVerification,
    Outcome,
    PaperPromise,
    Party,
    Question,
    RequestSending,
    SchoolConfirmation,
    ScoreLine,
    ScoreSheet,
    ShowcaseName,
    Submission,
    Vouching,
    Work,
)

SECRETS = frozenset({"code_hash", "secret_hash", "reset_hash", "tries", "tried_at", "lock_no"})
SEALED = "append-only; its words are sealed"

HELD: dict[str, Held] = {
    each.table.name: each
    for each in (
        Held(
            Application,
            "Your application",
            OnErasure.NEUTRAL,
            "consent, audit and the book refer to it",
            SECRETS,
            owner="id",
        ),
        Held(Identity, "Who you are", OnErasure.EMPTY),
        Held(Need, "What you need", OnErasure.NEUTRAL, "the book of a campaign refers to it"),
        Held(Consent, "What was agreed to", OnErasure.KEEP, "append-only; the giver's name is sealed"),
        Held(Document, "Papers", OnErasure.DELETE),
        Held(Question, "What you were asked, and your answers", OnErasure.DELETE),
        Held(
            Decision,
            "What was decided",
            OnErasure.NEUTRAL,
            "who decided may pay nothing out; the note is emptied",
            frozenset({"voter_email", "applicant_user_id"}),
        ),
        Held(Submission, "What you sent each time", OnErasure.DELETE),
        Held(PaperPromise, "Papers that you said come later", OnErasure.DELETE),
        Held(
            ConfirmationRequest,
            "Who was asked to confirm",
            OnErasure.KEEP,
            "answers refer to it; names are sealed",
            frozenset({"once", "email_print", "answered_hash"}),
        ),
        Held(RequestSending, "Links that were sent to them", OnErasure.DELETE, omit=frozenset({"email_print"})),
        Held(Vouching, "What a referee said", OnErasure.DELETE),
        Held(SchoolConfirmation, "What the school confirmed", OnErasure.DELETE),
        Held(
            NeedVerification,
            "Who confirmed your costs, and how",
            OnErasure.KEEP,
            "the book rests on it; notes are sealed",
            frozenset({"applicant_user_id"}),
        ),
        Held(
            NeedChange,
            "Costs that were changed",
            OnErasure.KEEP,
            "sponsors answered it; the reason is sealed",
            frozenset({"applicant_user_id"}),
        ),
        Held(Assignment, "That vetters were asked to read it", OnErasure.DELETE),
        Held(ScoreSheet, "How vetters scored it", OnErasure.KEEP, SEALED, frozenset({"vetter_email"})),
        Held(ScoreLine, "How vetters scored each criterion", OnErasure.KEEP, SEALED),
        Held(Conflict, "Who kept out of it, and why", OnErasure.KEEP, "who kept out of what; the note is sealed"),
        Held(Party, "People with a part in it, as fingerprints", OnErasure.DELETE, omit=frozenset({"fingerprint"})),
        Held(Appeal, "Your appeal", OnErasure.DELETE),
        Held(ConsentReminder, "When you were asked to agree anew", OnErasure.DELETE),
        Held(Outcome, "What came of it", OnErasure.KEEP, "the chain of proof ends with it; the words are sealed"),
        Held(Work, "Your own work", OnErasure.DELETE, omit=frozenset({"once", "applicant_user_id"})),
        Held(ShowcaseName, "The name for your own work", OnErasure.DELETE),
    )
}
NOT_HELD = {
    "person_key": "the key itself: destroyed, and never told",
    "application_import_row": "which line of a file it came from; says nothing more",
    "need_confirmation": "amounts that the school confirmed, told as its answer; the book rests on them",
    "school_account": "where the school is paid: the school's, not the student's",
}
