"""Putting an e-mail into the outbox."""

import pytest

from campaigns.kit import db
from campaigns.notice import rules
from campaigns.notice.models import Notice
from campaigns.notice.states import NoticeState


def test_a_letter_waits_with_subject_text_and_html(a_letter):
    letter = a_letter(title="A nurse for Western Kenya")
    assert (letter.state, letter.tries) == (NoticeState.QUEUED, 0)
    assert letter.subject == 'Confirm that you follow "A nurse for Western Kenya"'
    assert letter.text.startswith("Somebody, hopefully you, asked us")
    assert "http://localhost/follow/token" in letter.text
    assert "Lantern" in letter.text
    assert letter.html.lstrip().startswith("<!doctype html>")
    assert 'href="http://localhost/follow/token"' in letter.html


def test_one_cause_writes_to_one_address_once(a_letter):
    first, again = a_letter(), a_letter()
    assert first.id == again.id
    other = a_letter("quinn@example.org")
    later = a_letter(key="follow:2")
    assert len({first.id, other.id, later.id}) == db.session.query(Notice).count() == 3


def test_it_says_whether_it_wrote(app):
    context = {"campaign_title": "A", "community_name": "B", "unsubscribe_url": None, "url": "http://localhost/"}
    assert rules.send("petra@example.org", "update/mail/follow", key="k", **context) is True
    assert rules.send("petra@example.org", "update/mail/follow", key="k", **context) is False


def test_a_letter_whose_cause_did_not_happen_is_not_written(app, a_letter):
    context = {"campaign_title": "A", "community_name": "B", "unsubscribe_url": None, "url": "http://localhost/"}
    rules.send("petra@example.org", "update/mail/follow", key="k", **context)
    db.session.rollback()
    assert db.session.query(Notice).count() == 0


def test_very_long_addresses_do_not_share_a_key(a_letter):
    long = "x" * 60 + "@" + ".".join(["y" * 50] * 3)
    one, two = a_letter(long + ".example.org"), a_letter(long + ".example.com")
    assert one.id != two.id
    assert len(one.key) <= 160
    assert len(two.key) <= 160


def test_what_people_typed_is_escaped_in_html_and_plain_in_text(a_letter):
    letter = a_letter(title="<script>alert(1)</script> & Söhne")
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>alert(1)</script> & Söhne" in letter.subject


@pytest.mark.parametrize("title", ["A\nBcc: everyone@example.org", "A\r\nBcc: everyone@example.org"])
def test_a_line_break_in_what_was_typed_adds_no_header(a_letter, carried, title):
    a_letter(title=title)
    rules.deliver()
    assert len(carried) == 1
    assert carried[0]["Bcc"] is None
    assert carried[0].get_all("To") == ["petra@example.org"]
    assert "\n" not in carried[0]["Subject"]


def test_letters_of_a_cause_can_be_called_back_until_they_leave(a_letter, carried):
    a_letter("gone@example.org", key="update:1")
    rules.deliver()
    a_letter("petra@example.org", key="update:1")
    a_letter("petra@example.org", key="update:11")
    rules.call_back("update:1")
    db.session.commit()
    assert {notice.key for notice in db.session.query(Notice)} == {
        "update:1:gone@example.org",
        "update:11:petra@example.org",
    }
