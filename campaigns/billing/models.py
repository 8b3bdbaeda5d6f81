"""Documents as they were issued. Their rows only grow: what is wrong is put right by a credit note."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.billing.states import Kind, label
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money


class BillingDocument(db.Model):
    """A quote, an invoice or a credit note, numbered without gaps per community, kind and year."""

    __tablename__ = "billing_document"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(120), unique=True)  # the form it was sent with, or its cause
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    kind: Mapped[Kind] = mapped_column(db.enum(Kind))
    year: Mapped[int]
    number: Mapped[int]
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    due_on: Mapped[date | None]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("billing_document.id"), index=True)
    content_hash: Mapped[str] = mapped_column(sa.String(64))  # of what BillingContent holds
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # None: the sponsor, or a sweep

    lines: Mapped[list["BillingLine"]] = relationship(
        lazy="raise", order_by="BillingLine.number", back_populates="document"
    )

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "kind", "year", "number"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(kind = 'credit_note') = (due_on IS NULL)", name="due"),
        sa.CheckConstraint("corrects_id IS NULL OR kind = 'credit_note'", name="corrects"),
        sa.Index("ix_billing_document_organisation_id_issued_at", "organisation_id", "issued_at"),
    )

    @property
    def label(self) -> str:
        """The number as printed: INV-2026-0042."""
        return label(self.kind, self.year, self.number)

    @property
    def money(self) -> Money:
        """What it comes to, above zero also for a credit note."""
        return Money(self.amount, self.currency)


class BillingLine(db.Model):
    """What a document says of one instalment."""

    __tablename__ = "billing_line"

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("billing_document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    document: Mapped[BillingDocument] = relationship(lazy="raise", back_populates="lines")

    __table_args__ = (
        sa.UniqueConstraint("document_id", "instalment_id"),
        sa.CheckConstraint("amount > 0", name="positive"),
    )


class BillingContent(db.Model):
    """What is printed on a document, word for word, sealed: it names people and where they live."""

    __tablename__ = "billing_content"

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("billing_document.id"), primary_key=True)
    content: Mapped[str] = mapped_column(crypto.Sealed)  # JSON

    document: Mapped[BillingDocument] = relationship(lazy="raise")


for table in (BillingDocument.__table__, BillingLine.__table__):
    db.append_only(table)  # type: ignore[arg-type]  # declared as FromClause, is a Table
