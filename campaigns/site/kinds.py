"""Every kind of thing that can wait for a person, and what the today page says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from campaigns.access import Action
from campaigns.account.models import User
from campaigns.disbursement.queries import PROOF_DUE
from campaigns.site.queries import money, rights, today, work

Source = Callable[[User, int], today.Rows]


@dataclass(frozen=True)
class Kind:
    """One kind of thing: who does it, where it is found, what is said of it, where it is done."""

    action: Action
    source: Source
    title: str  # with {title}, {detail} and {total} of the rows
    why: str
    button: str
    endpoint: str
    key: str = ""  # the endpoint's name for the row's ref; without one, all rows are one item
    more: str = ""  # where the others of this kind are listed
    within: timedelta | None = None  # how long after `since` it is late


KINDS: dict[str, Kind] = {
    "overdue": Kind(
        Action.RECORD_PAYMENT,
        money.overdue,
        "{title}: a payment is overdue",
        "Pledged to “{detail}”.",
        "Look into it",
        "payment.record",
        "reference",
        "payment.money",
    ),
    "cases": Kind(
        Action.RECORD_PAYMENT,
        money.cases,
        "Differences about money: {total}",
        "What a bank or provider says does not fit the book.",
        "Settle",
        "payment.cases",
    ),
    "entries": Kind(
        Action.RECORD_PAYMENT,
        money.bank_entries,
        "Payments from the bank to confirm: {total}",
        "Until you confirm them, they count nowhere.",
        "Confirm",
        "payment.entries",
    ),
    "release": Kind(
        Action.RELEASE_DISBURSEMENT,
        money.to_release,
        "Release a payment to {title}",
        "From “{detail}”. A second person releases each payment.",
        "Release",
        "disbursement.show",
        "ref",
        "disbursement.mine",
    ),
    "proof": Kind(
        Action.PROVE_DISBURSEMENT,
        money.to_prove,
        "Get the receipt of {title}",
        "For a payment from “{detail}”. The school’s receipt makes it proven.",
        "Add the receipt",
        "disbursement.show",
        "ref",
        "disbursement.mine",
        PROOF_DUE,
    ),
    "consent": Kind(
        Action.CHECK_CONSENT,
        work.consents,
        "Check the consent for {title}",
        "Nothing about this student may be shown before that.",
        "Check",
        "student.consent_check",
        "ref",
        "student.applications",
    ),
    "vet": Kind(
        Action.VET,
        work.to_vet,
        "Vet the application of {title}",
        "{detail}",
        "Vet",
        "student.application",
        "ref",
        "student.applications",
    ),
    "review": Kind(
        Action.REVIEW_CAMPAIGN,
        work.to_review,
        "Review the campaign “{title}”",
        "What is new in it is public once you approve it.",
        "Review",
        "campaign.review",
        "campaign_slug",
        "campaign.mine",
    ),
    "sent_back": Kind(
        Action.EDIT_CAMPAIGN,
        work.sent_back,
        "Revise the campaign “{title}”",
        "Sent back: {detail}",
        "Revise",
        "campaign.edit",
        "campaign_slug",
        "campaign.mine",
    ),
    "ask_read": Kind(
        Action.MODERATE_ASK,
        work.letters_to_read,
        "Read the letter to {title}",
        "For “{detail}”. A second person reads each letter before it is sent.",
        "Read",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "ask_revise": Kind(
        Action.WRITE_ASK,
        work.letters_to_revise,
        "Revise the letter to {title}",
        "For “{detail}”. The second reader wants it changed.",
        "Revise",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "ask_send": Kind(
        Action.SEND_ASK,
        work.letters_to_send,
        "Send the letter to {title}",
        "For “{detail}”. It has been read.",
        "Send",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "ask_publish": Kind(
        Action.SEND_ASK,
        work.letters_to_publish,
        "Make the letter to {title} public",
        "For “{detail}”. The quiet period is over, and no answer has come.",
        "Decide",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "ask_close": Kind(
        Action.SEND_ASK,
        work.letters_to_close,
        "Close the ask to {title}, or wait longer",
        "For “{detail}”. It has been public for a month without an answer.",
        "Decide",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "answered": Kind(
        Action.WRITE_ASK,
        work.answers,
        "{title} has answered",
        "For “{detail}”. Write back.",
        "See the answer",
        "ask.manage",
        "ref",
        "ask.mine",
    ),
    "approve_update": Kind(
        Action.APPROVE_UPDATE,
        work.updates_to_approve,
        "Approve the update “{title}”",
        "Of “{detail}”.",
        "Read",
        "update.edit",
        "update_id",
        "update.mine",
    ),
    "revise_update": Kind(
        Action.WRITE_UPDATE,
        work.updates_to_revise,
        "Revise the update “{title}”",
        "Of “{detail}”. A reviewer wants it changed.",
        "Revise",
        "update.edit",
        "update_id",
        "update.mine",
    ),
    "owed": Kind(
        Action.WRITE_UPDATE,
        work.updates_owed,
        "Tell the sponsors of “{title}” how it goes",
        "They have paid, and heard nothing for two months.",
        "Write an update",
        "update.create",
        "campaign_slug",
        "update.mine",
    ),
    "glass": Kind(
        Action.ACKNOWLEDGE_BREAK_GLASS,
        rights.unacknowledged,
        "See what was opened in an emergency: application {title}",
        "Somebody read what is private outside their role. A second person looks at what was read, and why.",
        "Look at it",
        "report.glass",
        "number",
        "report.glasses",
        timedelta(days=2),
    ),
    "erased": Kind(
        Action.PROPOSE_DISBURSEMENT,
        rights.money_of_erased,
        "Money of students who left: {total} costs",
        "They were erased at their request. What is pledged and not yet sent to a school is to be decided on.",
        "Look at the money",
        "payment.money",
    ),
    "invitations": Kind(
        Action.MANAGE_TEAM,
        work.invitations,
        "Invitations that nobody has taken yet: {total}",
        "Send them again, or invite somebody else.",
        "See the team",
        "community.team",
    ),
}
