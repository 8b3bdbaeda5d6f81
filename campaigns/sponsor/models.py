"""Who says that they speak for a company, what its people propose, and links for those without an account."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.ask.models import Ask
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.sponsor.states import MOVES, PROPOSAL_MOVES, ClaimState, ProposalState


class CompanyClaim(db.Model):
    """Somebody who holds a letter's link asks to be a company's first admin; an administrator decides."""

    __tablename__ = "company_claim"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))  # the letter whose link was followed
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    state: Mapped[ClaimState] = mapped_column(db.enum(ClaimState), default=ClaimState.ASKED)
    position: Mapped[str] = mapped_column(sa.String(120))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(sa.String(300))  # how it was checked, or why it is refused

    company: Mapped[Organisation] = relationship(lazy="raise")
    ask: Mapped[Ask] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])

    __table_args__ = (
        sa.CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name="two_people"),
        sa.Index(
            "uq_company_claim_open",
            "company_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        ),
    )

    @property
    def organisation_id(self) -> None:
        """Nobody's: only those who administer Vouch decide whose a company is."""
        return

    def move_to(self, state: ClaimState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state


class CompanyLimit(db.Model):
    """Up to how much one approval is enough for a company's pledge; no row, no second person."""

    __tablename__ = "company_limit"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))

    __table_args__ = (sa.CheckConstraint("amount >= 0", name="not_negative"),)

    @property
    def money(self) -> Money:
        """The limit."""
        return Money(self.amount, self.currency)


class PledgeProposal(db.Model):
    """A pledge that somebody of a company proposes; it is no promise to anybody outside before it is approved."""

    __tablename__ = "pledge_proposal"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    state: Mapped[ProposalState] = mapped_column(db.enum(ProposalState), default=ProposalState.PROPOSED)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[str] = mapped_column(sa.String(300))
    show_name: Mapped[bool] = mapped_column(default=False)
    needs_two: Mapped[bool]  # by the limit as it was then
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    first_approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    first_approved_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(sa.String(300))
    pledge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge.id"), unique=True)

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    proposed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    first_approver: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[first_approver_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(state = 'approved') = (pledge_id IS NOT NULL)", name="pledged"),
        sa.CheckConstraint("(state IN ('proposed', 'seconded')) = (decided_by_id IS NULL)", name="decided"),
        sa.CheckConstraint(
            "state = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"
        ),
        sa.CheckConstraint("first_approver_id IS NULL OR first_approver_id <> proposed_by_id", name="first_other"),
        sa.CheckConstraint(
            "state <> 'approved' OR NOT needs_two"
            " OR (first_approver_id IS NOT NULL AND first_approver_id <> decided_by_id)",
            name="three_people",
        ),
        sa.Index("ix_pledge_proposal_company_id_id", "company_id", "id"),
    )

    @property
    def organisation_id(self) -> int:
        """The company, whose roles count."""
        return self.company_id

    def move_to(self, state: ProposalState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(PROPOSAL_MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What is proposed."""
        return Money(self.amount, self.currency)


class FinanceLink(db.Model):
    """That a link was mailed to somebody without an account, who pays for a company: what it opens is read only."""

    __tablename__ = "finance_link"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    company: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def organisation_id(self) -> int:
        """The company, whose roles count."""
        return self.company_id

    @property
    def is_open(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > clock.now()
