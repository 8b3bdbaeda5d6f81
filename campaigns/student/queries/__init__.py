"""Finding applications by who asks: the student who holds one, those who vet, and the floors above."""

from campaigns.student.queries.consent import consented, consents_of, has_consent, withdrawn
from campaigns.student.queries.documents import documents_of
from campaigns.student.queries.held import by_code, held, identity_of, locked
from campaigns.student.queries.needs import approved_needs, needs_of
from campaigns.student.queries.requests import (
    account_in_use,
    answered_with,
    confirmed_needs,
    domains_of_school,
    past_due,
    referees,
    referred_by,
    request_locked,
    requests_of,
    school_accounts,
    school_confirmations_of,
    schools_with_domains,
    sendings_today,
    to_remind,
    vouchings_of,
)
from campaigns.student.queries.schools import SCHOOLS_SHOWN, school, schools
from campaigns.student.queries.vetting import (
    counts,
    decisions_of,
    in_full,
    listed,
    open_question,
    vetters_of,
    visible_to,
)

__all__ = [
    "SCHOOLS_SHOWN",
    "account_in_use",
    "answered_with",
    "approved_needs",
    "by_code",
    "confirmed_needs",
    "consented",
    "consents_of",
    "counts",
    "decisions_of",
    "documents_of",
    "domains_of_school",
    "has_consent",
    "held",
    "identity_of",
    "in_full",
    "listed",
    "locked",
    "needs_of",
    "open_question",
    "past_due",
    "referees",
    "referred_by",
    "request_locked",
    "requests_of",
    "school",
    "school_accounts",
    "school_confirmations_of",
    "schools",
    "schools_with_domains",
    "sendings_today",
    "to_remind",
    "vetters_of",
    "visible_to",
    "vouchings_of",
    "withdrawn",
]
