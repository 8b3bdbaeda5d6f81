"""What a community is beyond an organisation."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.community.states import CommunityKind
from campaigns.kit import clock, crypto, db

OPEN = sa.text("accepted_at IS NULL AND withdrawn_at IS NULL")


class Community(db.Model):
    """A community; its name, slug and members are its organisation's."""

    __tablename__ = "community"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[CommunityKind] = mapped_column(db.enum(CommunityKind))
    about: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.String(3), default="EUR")
    accepts_applications: Mapped[bool] = mapped_column(default=False)
    closes_on: Mapped[date | None]  # the last day on which an application can be sent
    answer_by: Mapped[date | None]  # the day by which everybody who applied in time has an answer
    closing_told_on: Mapped[date | None]  # the closing date of which applicants have been told
    answer_told_on: Mapped[date | None]  # the day of answers that has passed, of which they have been told
    platform_fee: Mapped[int] = mapped_column(server_default="0", default=0)  # what Vouch asks, in 1/100 of a percent
    # Where sponsors pay by bank transfer. The number is sealed: it is shown to sponsors, never listed.
    payee: Mapped[str | None] = mapped_column(sa.String(140))
    iban: Mapped[str | None] = mapped_column(crypto.Sealed)
    bic: Mapped[str | None] = mapped_column(sa.String(11))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("(closes_on IS NULL) = (answer_by IS NULL)", name="closing_dates"),
        sa.CheckConstraint("platform_fee >= 0 AND platform_fee <= 2000", name="platform_fee"),
        sa.CheckConstraint("answer_by >= closes_on", name="answer_after_closing"),
    )

    @property
    def takes_applications(self) -> bool:
        """Whether a student can apply today."""
        return self.accepts_applications and not self.has_closed

    @property
    def has_closed(self) -> bool:
        """Whether the last day to apply has passed."""
        return self.closes_on is not None and self.closes_on < clock.today()

    @property
    def id(self) -> int:
        """The organisation's number: a community has no other."""
        return self.organisation_id

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.organisation.name

    @property
    def slug(self) -> str:
        """The organisation's short address."""
        return self.organisation.slug


class CommunityLegal(db.Model):
    """What a community is before the law: what its receipts and invoices say of it."""

    __tablename__ = "community_legal"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    legal_name: Mapped[str] = mapped_column(sa.String(140))
    address: Mapped[str] = mapped_column(sa.String(400))  # lines as on an envelope, without the country
    country: Mapped[str] = mapped_column(sa.String(2))  # ISO 3166-1
    registration: Mapped[str] = mapped_column(sa.String(120), default="")  # "VR 1234, Amtsgericht Hamburg"
    tax_id: Mapped[str] = mapped_column(sa.String(30), default="")
    deductible: Mapped[bool] = mapped_column(default=False)  # its receipts lower tax in its own country
    deductible_text: Mapped[str] = mapped_column(sa.String(600), default="")  # by which notice of which office
    lang: Mapped[str] = mapped_column(sa.String(2), default="en")  # of receipts, and of papers unless chosen

    __table_args__ = (
        sa.CheckConstraint("NOT deductible OR deductible_text <> ''", name="deductible"),
        sa.CheckConstraint("lang IN ('en', 'ar')", name="lang"),
    )


class Invitation(db.Model):
    """A role offered to an address; the link that accepts it is a SignedLink."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[Role] = mapped_column(db.enum(Role))
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    invited_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.Index(
            "uq_invitation_open",
            "organisation_id",
            "email",
            "role",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )
