"""Finding applications by who asks: the student who holds one, those who vet, and the floors above."""

from campaigns.student.queries.bulk import (
    ExportRow,
    exported,
    import_made_with,
    imported_rows,
    imports_of,
    imports_to_clear,
    locked_import,
    schools_called,
    waiting_imports,
)
from campaigns.student.queries.consent import consented, consents_of, has_consent, withdrawn
from campaigns.student.queries.documents import documents_of
from campaigns.student.queries.held import by_code, held, identity_of, locked
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
from campaigns.student.queries.waiting import (
    UNDECIDED,
    answer_untold,
    closing_soon,
    closing_untold,
    community,
    in_stages,
    late,
    overdue,
)

__all__ = [
    "SCHOOLS_SHOWN",
    "UNDECIDED",
    "ExportRow",
    "answer_untold",
    "approved_needs",
    "by_code",
    "closing_soon",
    "closing_untold",
    "community",
    "consented",
    "consents_of",
    "counts",
    "decisions_of",
    "documents_of",
    "exported",
    "has_consent",
    "held",
    "identity_of",
    "import_made_with",
    "imported_rows",
    "imports_of",
    "imports_to_clear",
    "in_full",
    "in_stages",
    "late",
    "listed",
    "locked",
    "locked_import",
    "needs_of",
    "open_question",
    "overdue",
    "school",
    "schools",
    "schools_called",
    "vetters_of",
    "visible_to",
    "waiting_imports",
    "withdrawn",
]
