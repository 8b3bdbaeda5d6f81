"""Papers that were given with an application, sealed under the student's key."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.file.models import File
from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson
from campaigns.student.states import DocumentKind, Promise, Source


class Document(OfPerson, db.Model):
    """One paper: what it shows, who gave it, and for which cost line, if for one."""

    __tablename__ = "application_document"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id", ondelete="SET NULL"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), unique=True)
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of the form that sent it, so it comes once
    kind: Mapped[DocumentKind] = mapped_column(db.enum(DocumentKind))
    source: Mapped[Source] = mapped_column(db.enum(Source))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    file: Mapped[File] = relationship(lazy="raise")


class PaperPromise(db.Model):
    """A paper that is not here yet, and who said that it will come: nothing waits for it."""

    __tablename__ = "application_paper_promise"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(db.enum(DocumentKind), primary_key=True)
    promise: Mapped[Promise] = mapped_column(db.enum(Promise))
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
