"""How an application stands before its panel: who keeps out, who has scored, whether all have."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.kit import clock
from campaigns.student.states import RISING, SCORED, ConflictKind, Stage, Verdict

if TYPE_CHECKING:
    from campaigns.student.models.conflict import Conflict
    from campaigns.student.models.panel import Assignment, ScoreSheet
    from campaigns.student.models.request import ConfirmationRequest
    from campaigns.student.models.vetting import Appeal, Decision

NEEDED = 2
APPEAL_WITHIN = timedelta(days=21)


class BeforePanel:
    """Facts about an application from its rows of vetting."""

    if TYPE_CHECKING:
        id: int
        organisation_id: int
        round: int
        stage: Stage
        conflicts: list[Conflict]
        assignments: list[Assignment]
        sheets: list[ScoreSheet]
        decisions: list[Decision]
        decided_at: datetime | None
        appeal: Appeal | None
        requests: list[ConfirmationRequest]

    @property
    def barred_ids(self) -> frozenset[int]:
        """Who may not score it: a conflict of interest stands, or they belong to the panel that was appealed."""
        return frozenset(each.user_id for each in self.conflicts if each.stands) | self.first_panel_ids

    def is_referee(self, user: User) -> bool:
        """Whether this person vouches for the student, or is asked to."""
        return any(request.refers(user) for request in self.requests)

    @property
    def recused_ids(self) -> frozenset[int]:
        """Who keeps out of it altogether; to have checked the identity is no such reason."""
        standing = (each for each in self.conflicts if each.stands and each.kind is not ConflictKind.SAW_IDENTITY)
        return frozenset(each.user_id for each in standing)

    @property
    def first_panel_ids(self) -> frozenset[int]:
        """Who had a hand in what was appealed against; nobody before there is an appeal."""
        if self.appeal is None:
            return frozenset()
        until = self.appeal.round
        scored = frozenset(sheet.vetter_id for sheet in self.sheets if sheet.round <= until)
        return scored | frozenset(each.voter_id for each in self.decisions if each.round <= until)

    @property
    def current_sheets(self) -> "list[ScoreSheet]":
        """The sheets of this round that count, in the order in which they came."""
        recused = self.recused_ids
        return [sheet for sheet in self.sheets if sheet.round == self.round and sheet.vetter_id not in recused]

    @property
    def scored_ids(self) -> frozenset[int]:
        """Who has handed in a sheet in this round."""
        return frozenset(sheet.vetter_id for sheet in self.current_sheets)

    @property
    def assigned_ids(self) -> frozenset[int]:
        """Who is asked to score it in this round."""
        return frozenset(each.vetter_id for each in self.assignments if each.round == self.round and not each.ended_at)

    @property
    def disagree(self) -> bool:
        """Whether the first two sheets of this round recommend different things, or their totals are far apart."""
        first = self.current_sheets[:NEEDED]
        totals = [sheet.total for sheet in first]
        apart = len(first) == NEEDED and max(totals) - min(totals) > max(sheet.rubric.threshold for sheet in first)
        return apart or len({sheet.recommends for sheet in first}) > 1

    @property
    def sheets_needed(self) -> int:
        """Two, or three where the first two disagree."""
        return NEEDED + 1 if self.disagree else NEEDED

    @property
    def is_scored(self) -> bool:
        """Whether every sheet of this round is in."""
        return len(self.current_sheets) >= self.sheets_needed

    @property
    def result(self) -> tuple[Verdict, int]:
        """What the sheets of this round come to: the middle recommendation, and the middle or mean total."""
        ranks = sorted(RISING.index(sheet.recommends) for sheet in self.current_sheets)
        totals = sorted(sheet.total for sheet in self.current_sheets)
        middle = len(totals) // 2
        total = totals[middle] if len(totals) % 2 else (totals[middle - 1] + totals[middle] + 1) // 2
        return RISING[ranks[middle]], total

    @property
    def appeal_until(self) -> datetime | None:
        """Until when the student may appeal; None where there is nothing to appeal against, or no longer."""
        if self.stage is not Stage.DECLINED or self.appeal is not None or self.decided_at is None:
            return None
        until = self.decided_at + APPEAL_WITHIN
        return until if clock.now() < until else None

    def shows_sheets_to(self, user: User) -> bool:
        """Whether this person may read what the others found: once they cannot be swayed by it any more."""
        if self.stage not in SCORED or self.is_scored:
            return user.id not in self.recused_ids
        return len(self.current_sheets) >= NEEDED and user.id in self.scored_ids

    def withholds_identity_from(self, user: User) -> bool:
        """Whether name and papers are kept from this person now.

        While sheets are missing, only an officer who is not among those who score may look.
        """
        if user.id in self.recused_ids:
            return True
        if self.stage not in SCORED or self.is_scored:
            return False
        officer = Role.SAFEGUARDING_OFFICER in user.roles_in(self.organisation_id)
        return not officer or user.id in self.assigned_ids | self.scored_ids
