"""The ladder has these steps and no others."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.ask.models import Ask
from campaigns.ask.states import MOVES, SILENT_AFTER, AskState, Next, next_step
from campaigns.kit.errors import IllegalMove

PRESENT = [(start, end) for start, ends in MOVES.items() for end in sorted(ends)]
ABSENT = [(start, end) for start in AskState for end in AskState if end not in MOVES.get(start, set())]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("start", "end"), PRESENT)
def test_an_ask_takes_a_step_of_the_ladder(start, end):
    ask = Ask(state=start)
    ask.move_to(end)
    assert ask.state is end


@pytest.mark.parametrize(("start", "end"), ABSENT)
def test_an_ask_takes_no_other_step(start, end):
    ask = Ask(state=start)
    with pytest.raises(IllegalMove):
        ask.move_to(end)
    assert ask.state is start


def test_nothing_goes_back_once_the_company_has_the_letter():
    unsent = {AskState.DRAFTED, AskState.MODERATED}
    assert not any(MOVES.get(state, set()) & unsent for state in set(AskState) - unsent)


def test_a_company_can_answer_at_every_stage_after_the_letter_was_sent():
    assert all(AskState.ANSWERED in MOVES[state] for state in (AskState.PRIVATE, AskState.PUBLIC, AskState.SILENT))


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        (AskState.DRAFTED, {}, Next.READ),
        (AskState.DRAFTED, {"returned_note": "Shorter, please."}, Next.REVISE),
        (AskState.MODERATED, {}, Next.SEND),
        (AskState.PRIVATE, {"quiet_until": NOW + timedelta(seconds=1)}, Next.WAIT),
        (AskState.PRIVATE, {"quiet_until": NOW}, Next.PUBLISH),
        (AskState.PUBLIC, {"public_at": NOW - SILENT_AFTER + timedelta(seconds=1)}, Next.CO_SIGN),
        (AskState.PUBLIC, {"public_at": NOW - SILENT_AFTER}, Next.CLOSE),
        (AskState.ANSWERED, {}, Next.FOLLOW_UP),
        (AskState.SILENT, {}, Next.NOTHING),
    ],
)
def test_each_stage_says_what_it_waits_for(state, facts, expected):
    assert next_step(state, now=NOW, **facts) is expected
