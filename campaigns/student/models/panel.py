"""What a panel is made of: the weights that a community chose, who is asked to score, and their sheets."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.student.models.guards import refuse
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import THRESHOLD, Criterion, Verdict, weighted


class Rubric(db.Model):
    """One version of how a community weighs the criteria; kept, so that old scores stay explicable."""

    __tablename__ = "community_rubric"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    version: Mapped[int]
    threshold: Mapped[int] = mapped_column(default=THRESHOLD)  # totals further apart than this call a third vetter
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    lines: Mapped[list["RubricWeight"]] = relationship(lazy="selectin", order_by="RubricWeight.criterion")

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "version"),
        sa.CheckConstraint("threshold BETWEEN 0 AND 100", name="threshold"),
    )

    @property
    def weights(self) -> dict[Criterion, int]:
        """How much each criterion counts."""
        return {line.criterion: line.weight for line in self.lines}


class RubricWeight(db.Model):
    """How much one criterion counts in one version."""

    __tablename__ = "community_rubric_weight"

    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("community_rubric.id"), primary_key=True)
    criterion: Mapped[Criterion] = mapped_column(db.enum(Criterion), primary_key=True)
    weight: Mapped[int]

    __table_args__ = (sa.CheckConstraint("weight BETWEEN 0 AND 5", name="weight"),)


class Assignment(db.Model):
    """One vetter is asked to score one application in one round, until they hand it back."""

    __tablename__ = "vetter_assignment"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    round: Mapped[int]
    vetter_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]  # given back, or a conflict was found

    __table_args__ = (
        sa.UniqueConstraint("application_id", "round", "vetter_id"),
        sa.Index("ix_vetter_assignment_vetter_id_ended_at", "vetter_id", "ended_at"),
    )


class ScoreSheet(OfPerson, db.Model):
    """What one vetter found in one round, by themselves; append-only."""

    __tablename__ = "score_sheet"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    round: Mapped[int]
    vetter_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    vetter_email: Mapped[str] = mapped_column(sa.String(254))  # canonical: one person behind two accounts is one
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("community_rubric.id"))
    recommends: Mapped[Verdict] = mapped_column(db.enum(Verdict))
    total: Mapped[int]  # 0–100, by the rubric's weights
    at: Mapped[datetime] = mapped_column(default=clock.now)

    lines: Mapped[list["ScoreLine"]] = relationship(lazy="raise", order_by="ScoreLine.criterion")
    rubric: Mapped[Rubric] = relationship(lazy="joined", innerjoin=True)
    vetter: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("application_id", "round", "vetter_id"),
        sa.UniqueConstraint("application_id", "round", "vetter_email"),
        sa.CheckConstraint("total BETWEEN 0 AND 100", name="total"),
    )

    @property
    def levels(self) -> dict[Criterion, int]:
        """The level given for each criterion; `lines` must be loaded."""
        return {line.criterion: line.level for line in self.lines}

    @property
    def ordered_lines(self) -> "list[ScoreLine]":
        """The lines in the order in which the criteria are asked; `lines` must be loaded."""
        order = list(Criterion)
        return sorted(self.lines, key=lambda line: order.index(line.criterion))

    def total_by(self, weights: dict[Criterion, int]) -> int:
        """What the total would be with other weights; `lines` must be loaded."""
        return weighted(self.levels, weights)


class ScoreLine(OfPerson, db.Model):
    """One criterion on a sheet."""

    __tablename__ = "score_line"

    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("score_sheet.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    criterion: Mapped[Criterion] = mapped_column(db.enum(Criterion), primary_key=True)
    level: Mapped[int]
    reason = Personal()
    reason_sealed: Mapped[str | None] = mapped_column("reason", sa.Text)

    __table_args__ = (sa.CheckConstraint("level BETWEEN 0 AND 4", name="level"),)


for kept in (Rubric, RubricWeight, ScoreSheet, ScoreLine):
    db.append_only(kept.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table

refuse(
    ScoreSheet.__table__,
    {
        "nobody scores their own application": "EXISTS (SELECT 1 FROM application a WHERE a.id = NEW.application_id "
        "AND a.applicant_user_id = NEW.vetter_id)",
        "a conflict of interest stands": "EXISTS (SELECT 1 FROM conflict_of_interest c "
        "WHERE c.application_id = NEW.application_id AND c.user_id = NEW.vetter_id AND c.overruled_at IS NULL)",
        "the second panel has nobody of the first": "EXISTS (SELECT 1 FROM appeal p "
        "WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s "
        "WHERE s.application_id = p.application_id AND s.round <= p.round "
        "AND (s.vetter_id = NEW.vetter_id OR s.vetter_email = NEW.vetter_email)) "
        "OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id "
        "AND d.round <= p.round AND (d.voter_id = NEW.vetter_id OR d.voter_email = NEW.vetter_email))))",
    },
)
