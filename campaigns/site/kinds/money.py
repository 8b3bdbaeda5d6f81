"""What waits for those who look after the money."""

from campaigns.access import Action
from campaigns.disbursement.queries import PROOF_DUE
from campaigns.site.kinds.base import Kind
from campaigns.site.queries import money, rights

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
    "school_accounts": Kind(
        Action.CONFIRM_SCHOOL_ACCOUNT,
        money.school_accounts,
        "Accounts of schools to confirm: {total}",
        "Schools have told where they are paid. Until you confirm it, nothing is paid there.",
        "Look at them",
        "student.school_accounts",
    ),
    "accounts_waiting": Kind(
        Action.STOP_SCHOOL_ACCOUNT,
        money.waiting_accounts,
        "New accounts of schools that are not used yet: {total}",
        "A second person agrees; whoever did not expect them objects.",
        "Look at them",
        "student.school_accounts",
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
    "paused": Kind(
        Action.PROVE_DISBURSEMENT,
        money.paused,
        "Payments to {title} are paused",
        "From “{detail}”: the receipt for what was sent is missing. Nothing more leaves before it is here.",
        "Add the receipt",
        "disbursement.show",
        "ref",
        "disbursement.mine",
        PROOF_DUE,
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
    "refunds": Kind(
        Action.RECORD_PAYMENT,
        money.refund_wishes,
        "Money that sponsors wish back: {total}",
        "A cost has changed after they had paid.",
        "Look into it",
        "pledge.refund_wishes",
    ),
    "erased": Kind(
        Action.PROPOSE_DISBURSEMENT,
        rights.money_of_erased,
        "Money of students who left: {total} costs",
        "They were erased at their request. What is pledged and not yet sent to a school is to be decided on.",
        "Look at the money",
        "payment.money",
    ),
}
