"""Finding applications by who asks: the student who holds one, those who vet, and the floors above."""

from campaigns.student.queries.consent import consented, consents_of, has_consent, withdrawn
from campaigns.student.queries.documents import documents_of
from campaigns.student.queries.held import by_code, held, identity_of, locked
from campaigns.student.queries.needs import approved_needs, needs_of
from campaigns.student.queries.schools import SCHOOLS_SHOWN, school, schools
from campaigns.student.queries.vetting import (
    counts,
    decisions_of,
    erased,
    in_full,
    listed,
    open_question,
    vetters_of,
    visible_to,
)

__all__ = [
    "SCHOOLS_SHOWN",
    "approved_needs",
    "by_code",
    "consented",
    "consents_of",
    "counts",
    "decisions_of",
    "documents_of",
    "erased",
    "has_consent",
    "held",
    "identity_of",
    "in_full",
    "listed",
    "locked",
    "needs_of",
    "open_question",
    "school",
    "schools",
    "vetters_of",
    "visible_to",
    "withdrawn",
]
