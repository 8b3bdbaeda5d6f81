"""People, their sessions and second factors; organisations and who is what in them."""

from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.states import OrganisationKind, Role
from campaigns.kit import clock, crypto, db


class User(UserMixin, db.Model):
    """A person with an account."""

    __tablename__ = "account_user"
    __allow_unmapped__ = True  # for what a session has shown, below

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    # Without dots and +tags where the provider ignores them: finds one person behind two addresses.
    email_canonical: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    email_confirmed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(crypto.Sealed)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # a code works once
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    disabled_at: Mapped[datetime | None]

    # Loaded with the person at sign-in; fetched again where a commit in between has expired them.
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user",
        lazy="select",
        primaryjoin="and_(User.id == Membership.user_id, Membership.ended_at.is_(None))",
        viewonly=True,
    )

    # What this session has shown; set by the loader, never stored here.
    session_token: str | None = None
    second_factor: bool = False
    reauthenticated: bool = False

    # Flask-Login compares by session token, so that two people without a session would be one.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def get_id(self) -> str:
        """What the signed cookie carries: the token of this session's row, not the user's number."""
        return self.session_token or ""

    @property
    def is_active(self) -> bool:
        """Whether this account may sign in."""
        return self.disabled_at is None and self.email_confirmed_at is not None

    @property
    def is_authenticated(self) -> bool:
        """Whether this session has shown all that the account asks for: the second factor too, once there is one."""
        return self.is_active and (self.totp_confirmed_at is None or self.second_factor)

    @property
    def communities(self) -> list["Organisation"]:
        """The communities in which this person holds a role, by name."""
        found = {m.organisation for m in self.memberships if m.organisation.kind is OrganisationKind.COMMUNITY}
        return sorted(found, key=lambda organisation: organisation.name.casefold())

    @property
    def companies(self) -> list["Organisation"]:
        """The companies in which this person holds a role, by name."""
        found = {m.organisation for m in self.memberships if m.organisation.kind is OrganisationKind.COMPANY}
        return sorted(found, key=lambda organisation: organisation.name.casefold())

    def roles_in(self, organisation_id: int | None) -> frozenset[Role]:
        """The roles this person holds in one organisation; memberships must be loaded."""
        return frozenset(m.role for m in self.memberships if m.organisation_id == organisation_id)


class UserSession(db.Model):
    """One signed-in browser. Only a hash of its token is kept; ending it is one update."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    reauthenticated_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class RecoveryCode(db.Model):
    """A code that stands in once for a lost second factor."""

    __tablename__ = "account_recovery_code"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)


class Organisation(db.Model):
    """A community, a company, a school, or Vouch itself."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(db.enum(OrganisationKind))
    slug: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str | None] = mapped_column(sa.String(2))  # ISO 3166-1
    website: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.UniqueConstraint("kind", "slug"),
        sa.Index("ix_organisation_kind_name", "kind", "name"),
    )

    @property
    def organisation_id(self) -> int:
        """Itself, so that grants can be asked for it directly."""
        return self.id


class OrganisationDomain(db.Model):
    """A mail domain that belongs to a school or company."""

    __tablename__ = "organisation_domain"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(sa.String(253), primary_key=True, index=True)


class Membership(db.Model):
    """A role of a person in an organisation, from a day on, until it ended."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(db.enum(Role))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="select")

    __table_args__ = (
        sa.Index(
            "uq_membership_current",
            "user_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
