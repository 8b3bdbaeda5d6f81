"""Companies, letters, signatures, deliveries and replies."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.approval.models import guard_public
from campaigns.approval.states import Subject
from campaigns.ask.states import MOVES, Answer, AskState, DeclineReason
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move


class Company(db.Model):
    """What is known of a company beyond its organisation."""

    __tablename__ = "company"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    symbol: Mapped[str | None] = mapped_column(sa.String(12))  # at its stock exchange
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
    concerns_minor: Mapped[bool] = mapped_column(default=True)  # two people have to approve the letter
    approval_id: Mapped[int | None] = mapped_column(sa.ForeignKey("approval.id"))
    moderated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    moderated_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]  # before this it may not become public
    reminded_at: Mapped[datetime | None]  # told that the quiet period is about to end
    public_at: Mapped[datetime | None]
    silent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    returned_note: Mapped[str | None] = mapped_column(sa.Text)  # what the second reader wants changed
    signature_count: Mapped[int] = mapped_column(default=0)  # confirmed ones; derived
    version: Mapped[int] = mapped_column(default=1)  # grows with each public change

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    company: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[company_id])
    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=[author_id])
    moderated_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[moderated_by_id])
    reply: Mapped["Reply | None"] = relationship(lazy="raise", back_populates="ask")

    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "company_id"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("moderated_by_id IS NULL OR moderated_by_id <> author_id", name="two_people"),
        sa.CheckConstraint("state = 'drafted' OR moderated_by_id IS NOT NULL", name="read"),
        sa.CheckConstraint("(sent_at IS NULL) = (quiet_until IS NULL)", name="quiet"),
        sa.CheckConstraint("public_at IS NULL OR public_at >= quiet_until", name="not_before"),
        sa.CheckConstraint("signature_count >= 0", name="signatures"),
        sa.Index("ix_ask_organisation_id_state_id", "organisation_id", "state", "id"),
        sa.Index("ix_ask_state_quiet_until", "state", "quiet_until"),
    )

    def move_to(self, state: AskState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What is asked for."""
        return Money(self.amount, self.currency)

    @property
    def is_public(self) -> bool:
        """Whether visitors may see it: it became public, or the company lets its private answer be shown."""
        return self.public_at is not None or (self.reply is not None and self.reply.is_public)


guard_public(
    Ask.__table__,
    Subject.ASK,
    public="NEW.state <> 'drafted'",
    content_hash="(SELECT letter.content_hash FROM letter WHERE letter.ask_id = NEW.id "
    "ORDER BY letter.version DESC LIMIT 1)",
)


class Letter(db.Model):
    """One version of the letter; signatures bind to the version that was signed."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
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
    email: Mapped[str] = mapped_column(crypto.Sealed)  # empty once the signature is removed
    shown_as: Mapped[str] = mapped_column(sa.String(80))
    is_pseudonym: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    mailed_at: Mapped[datetime | None]  # when a link was last sent to this address
    confirmed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("ask_id", "email_hash"),
        # Counts those that are pending or removed, and finds the latest that stand, without a scan.
        sa.Index("ix_signature_ask_id_removed_at_confirmed_at", "ask_id", "removed_at", "confirmed_at"),
    )

    ask: Mapped[Ask] = relationship(lazy="raise")


class Delivery(db.Model):
    """One sending of a letter to the company."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Reply(db.Model):
    """The company's answer; it stands beside the letter."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with
    answer: Mapped[Answer] = mapped_column(db.enum(Answer))
    message: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[DeclineReason | None] = mapped_column(db.enum(DeclineReason))
    amount: Mapped[int | None] = mapped_column(db.Amount)  # accepted or offered instead
    currency: Mapped[str] = mapped_column(sa.String(3))
    in_kind: Mapped[str | None] = mapped_column(sa.String(200))
    by_date: Mapped[date | None]
    answered_by: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[str] = mapped_column(sa.String(120))
    is_public: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    ask: Mapped[Ask] = relationship(lazy="raise", back_populates="reply")

    __table_args__ = (
        sa.CheckConstraint("answer <> 'accept' OR amount IS NOT NULL", name="accept_amount"),
        sa.CheckConstraint("answer <> 'counter' OR amount IS NOT NULL OR in_kind IS NOT NULL", name="counter_offer"),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("answer <> 'decline' OR reason IS NOT NULL", name="decline_reason"),
    )

    @property
    def money(self) -> Money | None:
        """What was accepted or offered instead; None where nothing in money was."""
        return Money(self.amount, self.currency) if self.amount is not None else None
