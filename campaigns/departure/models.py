"""Departures, and what is left of each pledge that stood for the student."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.departure.states import MOVES, Choice, DepartureKind, DepartureState, Reporter
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.pledge.models import Pledge
from campaigns.student.models import Application, OfPerson, Personal

_OPEN = "state IN ('reported', 'confirmed', 'choosing')"


class Departure(OfPerson, db.Model):
    """A supported student leaves, or goes to another school."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[DepartureKind] = mapped_column(db.enum(DepartureKind))
    state: Mapped[DepartureState] = mapped_column(db.enum(DepartureState), default=DepartureState.REPORTED)
    happened_on: Mapped[date]
    new_school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    reporter: Mapped[Reporter] = mapped_column(db.enum(Reporter))
    reported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    note = Personal()  # for those who vet
    note_sealed: Mapped[str | None] = mapped_column("note", sa.Text)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    confirmed_at: Mapped[datetime | None]
    choose_by: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")
    new_school: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[new_school_id])
    shares: Mapped[list["Share"]] = relationship(lazy="raise", order_by="Share.id", back_populates="departure")

    __table_args__ = (
        sa.CheckConstraint("(kind = 'changed_school') = (new_school_id IS NOT NULL)", name="new_school"),
        sa.CheckConstraint("(reporter = 'team') = (reported_by_id IS NOT NULL)", name="told_by"),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR reported_by_id IS NULL OR confirmed_by_id <> reported_by_id", name="two_people"
        ),
        sa.CheckConstraint("state IN ('reported', 'dismissed') OR confirmed_by_id IS NOT NULL", name="confirmed"),
        sa.CheckConstraint("state <> 'choosing' OR choose_by IS NOT NULL", name="choosing"),
        sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        sa.Index("ix_departure_organisation_id_state_id", "organisation_id", "state", "id"),
        sa.Index(
            "uq_departure_open",  # one at a time of one student
            "application_id",
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
    )

    def move_to(self, state: DepartureState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state


class Share(db.Model):
    """What is left of one pledge, and what its sponsor wants with it. Amounts in minor units, as they were told."""

    __tablename__ = "departure_share"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    departure_id: Mapped[int] = mapped_column(sa.ForeignKey("departure.id"))
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))  # that the pledge stood for
    paid: Mapped[int] = mapped_column(db.Amount)
    unpaid: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    choice: Mapped[Choice | None] = mapped_column(db.enum(Choice))
    chosen_at: Mapped[datetime | None]
    effect: Mapped[Choice | None] = mapped_column(db.enum(Choice, "effect"))  # what was done
    target_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaign.id"))  # the other campaign
    moved: Mapped[int] = mapped_column(db.Amount, default=0)  # of the money that had been paid
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))

    departure: Mapped[Departure] = relationship(lazy="raise", back_populates="shares")
    pledge: Mapped[Pledge] = relationship(lazy="raise")
    campaign: Mapped[Campaign] = relationship(lazy="raise", foreign_keys=[campaign_id])
    target: Mapped[Campaign | None] = relationship(lazy="raise", foreign_keys=[target_id])
    kept: Mapped[list["Kept"]] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("departure_id", "pledge_id"),
        sa.CheckConstraint("paid >= 0 AND unpaid >= 0 AND paid + unpaid > 0", name="something"),
        sa.CheckConstraint("(choice IS NULL) = (chosen_at IS NULL)", name="chosen"),
        sa.CheckConstraint("(effect IS NULL) = (done_at IS NULL)", name="done"),
        sa.CheckConstraint("effect IS NULL OR (effect <> 'community' AND choice IS NOT NULL)", name="carried_out"),
        sa.CheckConstraint("(target_id IS NOT NULL) = (effect IS NOT NULL AND effect = 'another')", name="target"),
    )

    @property
    def left(self) -> Money:
        """What is left in all."""
        return Money(self.paid + self.unpaid, self.currency)


class Kept(db.Model):
    """How much of a pledge's part of a line was spent before the student left, and stays with it (minor units)."""

    __tablename__ = "departure_kept"

    share_id: Mapped[int] = mapped_column(sa.ForeignKey("departure_share.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    __table_args__ = (sa.CheckConstraint("amount >= 0", name="kept"),)
