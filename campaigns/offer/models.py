"""Offers, and what belongs to each kind of them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.offer.states import MOVES, OPEN, ConditionKind, OfferKind, OfferState, Otherwise
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import Method


class Offer(db.Model):
    """What somebody offers a campaign, by a confirmed address."""

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with: a double click is one
    kind: Mapped[OfferKind] = mapped_column(db.enum(OfferKind))
    state: Mapped[OfferState] = mapped_column(db.enum(OfferState), default=OfferState.ASKED)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    organisation_name: Mapped[str | None] = mapped_column(sa.String(200))  # as it was typed
    show_name: Mapped[bool] = mapped_column(default=False)
    wants_updates: Mapped[bool] = mapped_column(default=False)
    until: Mapped[date | None]  # the last day on which it stands
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(sa.String(200))
    pledge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge.id"), unique=True)  # what it has become

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    pledge: Mapped[Pledge | None] = relationship(lazy="raise")
    hold: Mapped["Hold | None"] = relationship(lazy="raise", back_populates="offer")
    condition: Mapped["Condition | None"] = relationship(lazy="raise", back_populates="offer")
    match: Mapped["Match | None"] = relationship(lazy="raise", back_populates="offer")
    gift: Mapped["Gift | None"] = relationship(lazy="raise", back_populates="offer")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("state IN ('asked', 'dropped') OR confirmed_at IS NOT NULL", name="confirmed"),
        sa.CheckConstraint("(state IN ('asked', 'standing', 'accepted')) = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint("(state = 'done') = (pledge_id IS NOT NULL)", name="done"),
        sa.Index("ix_offer_state_until", "state", "until"),
        sa.Index("ix_offer_organisation_id_state_id", "organisation_id", "state", "id"),
    )

    def move_to(self, state: OfferState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state
        if state not in OPEN:
            self.ended_at = clock.now()

    @property
    def money(self) -> Money:
        """What is offered."""
        return Money(self.amount, self.currency)


class Hold(db.Model):
    """Needs that a company reserves while its purchase order is clearing."""

    __tablename__ = "offer_hold"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    company_key: Mapped[str] = mapped_column(sa.String(254))  # the domain of its addresses: whose it is
    days: Mapped[int]  # as asked for
    spent: Mapped[bool] = mapped_column(default=False)  # it stands, or ended without a pledge: once in a campaign
    po_number: Mapped[str | None] = mapped_column(sa.String(60))

    offer: Mapped[Offer] = relationship(lazy="raise", back_populates="hold")

    __table_args__ = (
        sa.CheckConstraint("days BETWEEN 30 AND 60", name="days"),
        sa.Index(
            "uq_offer_hold_company",  # whoever reserves again and again would keep others out
            "campaign_id",
            "company_key",
            unique=True,
            sqlite_where=sa.text("spent = 1"),
            postgresql_where=sa.text("spent"),
        ),
    )


class Condition(db.Model):
    """What has to come true before an offer becomes a pledge."""

    __tablename__ = "offer_condition"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    kind: Mapped[ConditionKind] = mapped_column(db.enum(ConditionKind))
    threshold: Mapped[int] = mapped_column(db.Amount)  # minor units of the offer's currency, companies, or people
    otherwise: Mapped[Otherwise] = mapped_column(db.enum(Otherwise))
    method: Mapped[Method] = mapped_column(db.enum(Method))
    met_at: Mapped[datetime | None]  # it has come true; never undone

    offer: Mapped[Offer] = relationship(lazy="raise", back_populates="condition")

    __table_args__ = (sa.CheckConstraint("threshold > 0", name="positive"),)


class Match(db.Model):
    """So much is added for every 1.00 that others pledge; the offer's amount is the cap."""

    __tablename__ = "offer_match"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    rate: Mapped[int]  # in hundredths
    method: Mapped[Method] = mapped_column(db.enum(Method))
    matched: Mapped[int] = mapped_column(db.Amount, default=0)  # derived: what its pledge comes to
    round: Mapped[int] = mapped_column(default=1)  # grows when it begins anew after all was taken back
    pledge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge.id"), unique=True)

    offer: Mapped[Offer] = relationship(lazy="raise", back_populates="match")

    __table_args__ = (
        sa.CheckConstraint("rate BETWEEN 1 AND 1000", name="rate"),
        sa.CheckConstraint("matched >= 0 AND (matched = 0 OR pledge_id IS NOT NULL)", name="matched"),
    )


class Gift(db.Model):
    """A thing, or a place, given instead of money; the offer's amount is what whoever gives it says it is worth."""

    __tablename__ = "offer_gift"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    what: Mapped[str] = mapped_column(sa.String(120))  # as it stands on the campaign's page
    details: Mapped[str] = mapped_column(sa.String(500), default="")  # for the team
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budget_line.id"), index=True)  # the cost it fulfils
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    school_email: Mapped[str | None] = mapped_column(sa.String(254))  # the office that is asked
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    accepted_at: Mapped[datetime | None]
    received_by: Mapped[str | None] = mapped_column(sa.String(120))
    received_on: Mapped[date | None]

    offer: Mapped[Offer] = relationship(lazy="raise", back_populates="gift")

    __table_args__ = (
        sa.CheckConstraint("(accepted_by_id IS NULL) = (accepted_at IS NULL)", name="accepted"),
        sa.CheckConstraint(
            "(received_by IS NULL) = (received_on IS NULL) AND (received_on IS NULL OR accepted_at IS NOT NULL)",
            name="received",
        ),
    )


class Rest(db.Model):
    """What is left of an offer and goes elsewhere, until that is done."""

    __tablename__ = "offer_rest"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))  # the one it was offered to
    choice: Mapped[Otherwise] = mapped_column(db.enum(Otherwise))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    pledge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge.id"), unique=True)

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("choice <> 'let_go'", name="somewhere"),
        sa.CheckConstraint("pledge_id IS NULL OR settled_at IS NOT NULL", name="settled"),
        sa.Index("ix_offer_rest_choice_settled_at", "choice", "settled_at"),
    )

    @property
    def money(self) -> Money:
        """What is left."""
        return Money(self.amount, self.currency)


class HeldPart(db.Model):
    """How much of a budget line is reserved; the row goes with the reservation."""

    __tablename__ = "offer_held_part"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)
