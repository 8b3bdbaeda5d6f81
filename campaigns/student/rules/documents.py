"""Papers: kept sealed under the student's key, opened by those who may, and each look is noted."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.file import rules as files
from campaigns.kit import db, envelope
from campaigns.kit.errors import Refused
from campaigns.kit.images import BadFile
from campaigns.student.models import Application, Document, Need
from campaigns.student.rules.vetting import keep_from_scoring
from campaigns.student.states import DocumentKind, Source

CONTEXT = "application document"
MOST = 20


class PaperRefused(Refused):
    """This file cannot be used."""

    field = "paper"


class TooMany(PaperRefused):
    """There are 20 papers already; take one away first."""


class Erased(Refused):
    """Nothing can be kept of somebody who was erased."""


def attach(
    application: Application,
    data: bytes,
    kind: DocumentKind,
    source: Source,
    *,
    need: Need | None = None,
    by: User | None = None,
) -> Document:
    """Keep a paper (PDF, JPEG, PNG or WebP, ≤ 10 MB) with an application. `by` is None without an account.

    The caller has asked for permission. Raises PaperRefused, TooMany, Erased; Busy where the store does not answer.
    """
    key = application.person_key.open()
    if key is None:
        raise Erased()
    if db.session.query(Document).filter_by(application_id=application.id).count() >= MOST:
        raise TooMany()
    try:
        file = files.keep_sealed(
            data,
            lambda plain: envelope.seal_bytes(key, plain, CONTEXT),
            organisation_id=application.organisation_id,
            by=by,
        )
    except BadFile as refusal:
        raise PaperRefused(str(refusal)) from refusal
    paper = Document(
        application_id=application.id,
        need_id=need.id if need else None,
        file=file,
        kind=kind,
        source=source,
        added_by_id=by.id if by else None,
    )
    db.session.add(paper)
    db.session.flush()
    audit.record(by, "application.paper_added", application, kind=kind.value, source=source.value)
    return paper


def read_paper(application: Application, paper: Document, *, by: User) -> bytes:
    """A paper as it came, for one who vets; that it was read is noted, and whoever read it scores it no more.

    Raises NotAllowed, ReauthenticationNeeded, Erased; FileNotFoundError, Busy.
    """
    access.require(by, Action.SEE_DOCUMENT, application)
    audit.record(by, "application.paper_read", application, paper=paper.id)
    keep_from_scoring(application, by)
    return opened(application, paper)


def opened(application: Application, paper: Document) -> bytes:
    """A paper's bytes, for the student's own pages and exports. Raises Erased; FileNotFoundError, Busy."""
    key = application.person_key.open()
    if key is None:
        raise Erased()
    return files.read_sealed(paper.file, lambda sealed: envelope.unseal_bytes(key, sealed, CONTEXT))


def discard(paper: Document) -> None:
    """Forget a paper; its bytes are destroyed once this transaction is committed. `paper.file` must be loaded."""
    file = paper.file
    db.session.delete(paper)
    db.session.flush()
    files.discard(file)
