"""The figures kept beside an ask are those of its signatures."""

from campaigns.ask import rules
from campaigns.ask.states import AskState
from campaigns.kit import db


def test_counts_that_agree_are_no_problem(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    a_signature(ask, "One Person")
    a_signature(ask, "Pending Person", confirmed=False)
    rules.remove_signature(a_signature(ask, "Gone Person"))
    db.session.commit()
    assert rules.problems() == []


def test_a_count_that_differs_is_named(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    a_signature(ask)
    ask.signature_count = 5
    db.session.commit()
    assert rules.problems() == [f"ask {ask.ref}: 5 signatures are kept, 1 stand"]


def test_a_count_without_any_signature_is_named_too(an_ask):
    ask = an_ask(AskState.PUBLIC)
    ask.signature_count = 2
    db.session.commit()
    assert rules.problems() == [f"ask {ask.ref}: 2 signatures are kept, 0 stand"]
