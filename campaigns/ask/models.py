"""Companies, letters, signatures, deliveries and replies."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.ask.states import MOVES, Answer, AskState, DeclineReason
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move


class Company(db.Model):
    """What is known of a company beyond its organisation."""

    __tablename__ = "company"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    sector: Mapped[str | None] = mapped_column(sa.String(80))
    headquarters: Mapped[str | None] = mapped_column(sa.String(120))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Ask(db.Model):
    """One campaign asking one company, once."""

    __tablename__ = "ask"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the asking community
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    state: Mapped[AskState] = mapped_column(db.enum(AskState), default=AskState.DRAFTED)
    contact_name: Mapped[str] = mapped_column(sa.String(120))
    contact_email: Mapped[str] = mapped_column(crypto.Sealed)
    amount: Mapped[int] = mapped_column(db.Amount)  # what the company is asked for
    currency: Mapped[str] = mapped_column(sa.String(3))
    moderated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]  # before this it may not become public
    public_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    signature_count: Mapped[int] = mapped_column(default=0)  # confirmed ones; derived
    version: Mapped[int] = mapped_column(default=1)  # grows with each public change

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    company: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[company_id])
    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    letters: Mapped[list["Letter"]] = relationship(lazy="raise", order_by="Letter.version")
    reply: Mapped["Reply | None"] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "company_id"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("moderated_by_id IS NULL OR moderated_by_id <> author_id", name="two_people"),
        sa.Index("ix_ask_organisation_id_state_id", "organisation_id", "state", "id"),
    )

    def move_to(self, state: AskState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What is asked for."""
        return Money(self.amount, self.currency)


class Letter(db.Model):
    """One version of the letter; signatures bind to the version that was signed."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(sa.String(150))
    body: Mapped[str] = mapped_column(sa.Text)  # Markdown
    body_html: Mapped[str] = mapped_column(sa.Text)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (sa.UniqueConstraint("ask_id", "version"),)


class Signature(db.Model):
    """Somebody who stands behind a letter, with a confirmed address, by name or pseudonym."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    # A keyed hash finds the same address again; the address itself is sealed.
    email_hash: Mapped[str] = mapped_column(sa.String(64))
    email: Mapped[str] = mapped_column(crypto.Sealed)
    shown_as: Mapped[str] = mapped_column(sa.String(80))
    is_pseudonym: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("ask_id", "email_hash"),
        sa.Index("ix_signature_ask_id_confirmed_at", "ask_id", "confirmed_at"),
    )


class Delivery(db.Model):
    """One sending of a letter to the company."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Reply(db.Model):
    """The company's answer; it stands beside the letter."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"), unique=True)
    answer: Mapped[Answer] = mapped_column(db.enum(Answer))
    message: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[DeclineReason | None] = mapped_column(db.enum(DeclineReason))
    amount: Mapped[int | None] = mapped_column(db.Amount)  # accepted or offered instead
    currency: Mapped[str] = mapped_column(sa.String(3))
    in_kind: Mapped[str | None] = mapped_column(sa.String(200))
    by_date: Mapped[date | None]
    answered_by: Mapped[str] = mapped_column(sa.String(120))  # the name and position given
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.CheckConstraint("answer <> 'accept' OR amount > 0", name="accept_amount"),
        sa.CheckConstraint("answer <> 'counter' OR amount > 0 OR in_kind IS NOT NULL", name="counter_offer"),
        sa.CheckConstraint("answer <> 'decline' OR reason IS NOT NULL", name="decline_reason"),
    )
