"""Finding the papers of an application."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.student.models import Document, PaperPromise


def documents_of(application_id: int) -> sa.Select[Document]:
    """The papers of one application, in the order in which they came."""
    mine = sa.select(Document).where(Document.application_id == application_id)
    return mine.options(joinedload(Document.file)).order_by(Document.id)


def promises_of(application_id: int) -> sa.Select[PaperPromise]:
    """How the papers that are not here yet will come."""
    return sa.select(PaperPromise).where(PaperPromise.application_id == application_id)
