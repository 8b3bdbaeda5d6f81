"""The student's papers: given now, promised for later, or promised by the school. None of them is waited for."""

from collections.abc import Mapping

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import crypto, db
from campaigns.student import queries
from campaigns.student.models import Application, Document, PaperPromise
from campaigns.student.rules import documents
from campaigns.student.rules.draft import NotYours, require_editable
from campaigns.student.states import UNDECIDED, DocumentKind, Promise, Source


def promise(application: Application, promises: Mapping[DocumentKind, Promise | None]) -> None:
    """Keep how these papers will come; None where nothing was said. Raises NotYours."""
    application = _undecided(application)
    said = sa.delete(PaperPromise).where(PaperPromise.application_id == application.id, PaperPromise.kind.in_(promises))
    db.session.execute(said)
    rows = [PaperPromise(application_id=application.id, kind=k, promise=how) for k, how in promises.items() if how]
    db.session.add_all(rows)
    db.session.flush()


def give_paper(application: Application, data: bytes, kind: DocumentKind, *, once: str) -> Document:
    """Keep a paper from the student, while nothing is decided; the same `once` is the same paper.

    Raises NotYours, PaperRefused, TooMany, Erased; Busy where the store does not answer.
    """
    application = _undecided(application)
    act = crypto.digest(f"{application.id}:{once}")
    found = db.session.scalars(sa.select(Document).where(Document.once == act)).one_or_none()
    if found is not None:
        return found
    promise(application, {kind: None})
    paper = documents.attach(application, data, kind, Source.STUDENT)
    paper.once = act
    return paper


def take_away(application: Application, paper: Document) -> None:
    """Forget a paper that the student gave, while everything may be changed. Raises NotYours."""
    require_editable(application)
    if paper.source is not Source.STUDENT:
        raise NotYours("This paper came from somebody else.")
    documents.discard(paper)
    audit.record(None, "application.paper_taken_away", application, kind=paper.kind.value)


def _undecided(application: Application) -> Application:
    application = db.session.scalars(queries.locked(application.id)).one()
    if application.stage not in UNDECIDED:
        raise NotYours()
    return application
