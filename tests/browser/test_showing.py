"""Pages of students' own work and of messages: what axe says of them, and what they weigh."""

from functools import lru_cache

import pytest

from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db, images, links
from campaigns.message import rules as messages
from campaigns.message.states import Side
from campaigns.student import rules
from campaigns.student.rules import Made
from campaigns.student.states import Purpose, WorkKind
from tests.browser.test_weight import Scales
from tests.browser.visitor import Visitor
from tests.cast.consent import agree
from tests.cast.pictures import a_photo

pytestmark = pytest.mark.browser
CARDS = 12


@pytest.fixture
def student(a_campaign, monkeypatch):
    """Amber Heron, who agreed to all that is needed."""
    monkeypatch.setattr(images, "reencode", lru_cache(images.reencode))  # the same one each time
    found = db.session.scalars(campaigns.applications_of(a_campaign(slug="nurse").id)).one()
    agree(found, Purpose.SHOWCASE, Purpose.SHARE_WITH_SPONSOR)
    return found


@pytest.fixture
def show(student, victor, safiya):
    """Let a work of hers be shown, or wait."""

    def make(title="The desk", *, shown=True):
        made = Made(WorkKind.DRAWING, title, "Drawn in the evening.", a_photo(), alt="A desk below a window")
        work = rules.add_work(student, made, once=crypto.token())
        rules.send_work(work)
        for person in (victor, safiya) if shown else ():
            rules.approve_work(work, seen=work.content_hash, by=person)
        db.session.commit()
        return work.ref

    return make


@pytest.fixture
def talk(student, a_pledge, safiya):
    """A message passed on, and an answer that waits; gives the pledge, the conversation and the answer."""
    campaign = db.session.scalars(db.sql.select(Campaign)).one()
    pledge = a_pledge(campaign, 50_00)
    thread = messages.begin(pledge)
    hello = messages.write(thread, "How was the term?", sender=Side.SPONSOR, once="1")
    messages.approve(hello, seen=crypto.digest(hello.shown), by=safiya)
    answer = messages.write(thread, "Good! Call 0700 000 001", sender=Side.STUDENT, once="2")
    db.session.commit()
    return pledge.ref, thread.ref, answer.id


@pytest.fixture
def hers(app, student):
    """The cookie of a browser that holds her application."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["application"], session["application_seen"] = student.id, int(clock.now().timestamp())
    return client.get_cookie("vouch").value


def cookie(site, value):
    return [{"name": "vouch", "value": value, "url": site.url}]


@pytest.mark.parametrize("width", [320, 1280])
def test_they_are_sound_for_everybody_who_reads_them(site, sight, sign_in, safiya, show, talk, hers):
    shown, waits = show(), show("Another", shown=False)
    pledge, thread, answer = talk
    visitor = Visitor(site, sight, scripts=False)
    for path in ("/showcase", f"/showcase/{shown}", f"/p/{pledge}/messages?k={links.sign('pledge', pledge)}"):
        visitor.open(path)
    student = Visitor(site, sight, scripts=False)
    student.page.context.add_cookies(cookie(site, hers))
    for path in ("messages", f"messages/{thread}", "showcase", "showcase/new", f"showcase/{waits}", "status"):
        student.open(f"/apply/{path}")
    officer = Visitor(site, sight)
    officer.page.context.add_cookies(cookie(site, sign_in(safiya).get_cookie("vouch").value))
    for path in ("messages", f"messages/{answer}", "showcase", f"showcase/{waits}", f"showcase/{shown}"):
        officer.open(f"/a/lantern/{path}")
    assert sight.faults == []


def test_a_full_list_of_works_with_its_pictures(sight, show):
    for number in range(CARDS):
        show(f"A desk, drawn for the {number + 1}th time")
    scales = Scales(sight.window())
    assert scales.weigh("/showcase") <= 60_000
    assert len([url for url in scales.answers if url.endswith("/card")]) >= 3


def test_the_student_s_pages_are_light(site, sight, talk, show, hers):
    show(shown=False)
    pledge, thread, _ = talk
    own = f"/p/{pledge}/messages?k={links.sign('pledge', pledge)}"
    paths = ("/apply/messages", f"/apply/messages/{thread}", "/apply/showcase", "/apply/showcase/new", own)
    for path in paths:
        scales = Scales(sight.window(scripts=False))
        scales.page.context.add_cookies(cookie(site, hers))
        assert scales.weigh(path, "load") <= 14_000, path
