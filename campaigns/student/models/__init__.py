"""Applications and what stands behind them.

`Application` holds what may be shown to those who vet and, as alias and region, to the public.
Who the student is stands in `Identity`, sealed, in a table that no public query joins.
"""

from campaigns.student.models.application import Application
from campaigns.student.models.consent import Consent, ConsentReminder
from campaigns.student.models.document import Document
from campaigns.student.models.identity import Identity
from campaigns.student.models.need import Need
from campaigns.student.models.person import OfPerson, Personal, PersonKey
from campaigns.student.models.vetting import Decision, Question

__all__ = [
    "Application",
    "Consent",
    "ConsentReminder",
    "Decision",
    "Document",
    "Identity",
    "Need",
    "OfPerson",
    "PersonKey",
    "Personal",
    "Question",
]
