"""Finding applications by who asks: the student who holds one, those who vet, and the floors above."""

from campaigns.student.queries.consent import consented, consents_of, ending, has_consent, perhaps_of_age, withdrawn
from campaigns.student.queries.documents import documents_of
from campaigns.student.queries.held import aliases_of, by_code, held, identities_of, identity_of, locked, with_schools
from campaigns.student.queries.needs import approved_needs, needs_of
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
    "aliases_of",
    "approved_needs",
    "by_code",
    "consented",
    "consents_of",
    "counts",
    "decisions_of",
    "documents_of",
    "ending",
    "has_consent",
    "held",
    "identities_of",
    "identity_of",
    "in_full",
    "listed",
    "locked",
    "needs_of",
    "open_question",
    "perhaps_of_age",
    "school",
    "schools",
    "vetters_of",
    "visible_to",
    "with_schools",
    "withdrawn",
]
