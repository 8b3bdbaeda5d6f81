"""What is known of a stored file; its bytes are in storage under `key`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.file.states import FileKind, Visibility
from campaigns.kit import clock, db


class File(db.Model):
    """A stored file. Its name is ours; what the uploader called it is kept nowhere."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(24), unique=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    kind: Mapped[FileKind] = mapped_column(db.enum(FileKind), default=FileKind.IMAGE)
    mime: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    visibility: Mapped[Visibility] = mapped_column(db.enum(Visibility), default=Visibility.PRIVATE)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (sa.CheckConstraint("visibility <> 'public' OR kind = 'image'", name="public_image"),)
