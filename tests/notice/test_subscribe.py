"""Who hears of a topic."""

from threading import Barrier, Thread

import pytest

from campaigns.kit import db
from campaigns.notice import queries, rules
from campaigns.notice.models import Subscription


def heard_by(topic: str) -> list[str]:
    return [found.email for found in db.session.scalars(queries.followers(topic))]


def test_an_unconfirmed_address_hears_nothing(app):
    rules.subscribe("campaign:1", "petra@example.org")
    assert heard_by("campaign:1") == []


def test_a_confirmed_address_hears_of_its_topic_only(app):
    rules.subscribe("campaign:1", "petra@example.org", confirmed=True)
    assert heard_by("campaign:1") == ["petra@example.org"]
    assert heard_by("campaign:11") == []


def test_an_address_is_subscribed_once_whatever_its_case(app):
    first = rules.subscribe("campaign:1", "Petra@Example.org ", confirmed=True)
    again = rules.subscribe("campaign:1", "petra@example.org")
    assert first.id == again.id
    assert heard_by("campaign:1") == ["petra@example.org"]


def test_asking_to_follow_again_does_not_unconfirm(app):
    rules.subscribe("campaign:1", "petra@example.org", confirmed=True)
    rules.subscribe("campaign:1", "petra@example.org")
    assert heard_by("campaign:1") == ["petra@example.org"]


def test_who_leaves_hears_nothing_and_leaving_twice_changes_nothing(app):
    found = rules.subscribe("campaign:1", "petra@example.org", confirmed=True)
    rules.unsubscribe(found)
    ended = found.ended_at
    rules.unsubscribe(found)
    assert heard_by("campaign:1") == []
    assert found.ended_at == ended


def test_who_left_comes_back_only_by_confirming(app):
    found = rules.subscribe("campaign:1", "petra@example.org", confirmed=True)
    rules.unsubscribe(found)
    rules.subscribe("campaign:1", "petra@example.org")
    assert heard_by("campaign:1") == []
    rules.confirm(found)
    assert heard_by("campaign:1") == ["petra@example.org"]


def test_a_new_pledge_of_who_left_is_heard_of_again(app):
    rules.unsubscribe(rules.subscribe("campaign:1", "petra@example.org", confirmed=True))
    rules.subscribe("campaign:1", "petra@example.org", confirmed=True)
    assert heard_by("campaign:1") == ["petra@example.org"]


@pytest.mark.both_databases
def test_subscribing_twice_at_once_makes_one_subscription(app):
    ready = Barrier(2)

    def subscribe() -> None:
        with app.app_context():
            ready.wait()
            with db.transaction():
                rules.subscribe("campaign:1", "petra@example.org", confirmed=True)

    people = [Thread(target=subscribe) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert db.session.query(Subscription).count() == 1
    assert heard_by("campaign:1") == ["petra@example.org"]
