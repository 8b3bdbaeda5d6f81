"""What has done its work is deleted after a month."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db, links, queue
from campaigns.kit.links import LinkSpent, SignedLink
from campaigns.notice import rules
from campaigns.notice.models import Notice, Subscription
from campaigns.notice.states import NoticeState


def forget_in(days: int) -> None:
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=days)):
        rules.forget()


def test_sent_letters_are_kept_for_thirty_days_and_no_longer(a_letter, carried):
    a_letter()
    rules.deliver()
    forget_in(29)
    assert db.session.query(Notice).count() == 1
    forget_in(31)
    assert db.session.query(Notice).count() == 0


def test_a_letter_that_has_not_left_is_never_forgotten(a_letter):
    a_letter()
    forget_in(365)
    assert db.session.query(Notice).one().state is NoticeState.QUEUED


def test_letters_given_up_go_too(a_letter):
    a_letter().state = NoticeState.FAILED
    forget_in(31)
    assert db.session.query(Notice).count() == 0


def test_spent_and_expired_links_go_and_open_ones_stay(app):
    spent = links.issue("follow", 1, lasts=timedelta(days=90))
    links.issue("follow", 2, lasts=timedelta(days=1))
    still_open = links.issue("follow", 3, lasts=timedelta(days=90))
    links.consume("follow", spent)
    forget_in(40)
    assert [link.subject_id for link in db.session.query(SignedLink)] == [3]
    assert links.peek("follow", still_open).subject_id == 3
    with pytest.raises(LinkSpent):
        links.peek("follow", spent)


def test_requests_to_follow_that_nobody_confirmed_go_and_followers_stay(app):
    rules.subscribe("campaign:1", "petra@example.org")
    rules.subscribe("campaign:1", "quinn@example.org", confirmed=True)
    forget_in(31)
    assert [found.email for found in db.session.query(Subscription)] == ["quinn@example.org"]


def test_the_schedule_forgets_and_doing_it_twice_changes_nothing(a_letter, carried):
    a_letter()
    rules.deliver()
    with clock.at(clock.now() + timedelta(days=31)):
        queue.run_all()
        queue.run_all()
    assert db.session.query(Notice).count() == 0
