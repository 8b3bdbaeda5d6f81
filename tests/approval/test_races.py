"""Publishing while consent is taken back: nothing is ever public without it."""

import pytest

from bench import withdrawal_races


@pytest.mark.both_databases
def test_of_a_publication_and_a_withdrawal_at_once_nothing_is_public_without_consent(app):
    outcome = withdrawal_races.race(app, 20)
    assert outcome.wrong == []
    assert outcome.first.total() == 20
