import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.ask.models import Ask, Reply
from campaigns.ask.states import Answer, AskState
from campaigns.campaign.rules import figures, lifecycle
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, crypto, db, refs
from campaigns.pledge.models import Pledge
from campaigns.site.queries.campaign import SPONSORS, VERSION
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.pictures import a_photo
from tests.cast.queries import at_most, counting

CANARIES = ("Canary Legalname", "Canary Guardian", "canary.contact", "Mwangaza", "2011-05-04", "+254700000001")


def consent(event, purpose=Purpose.PUBLISH_TEXT, **changes):
    application = db.session.scalars(sa.select(Application)).one()
    given = {
        "application_id": application.id,
        "purpose": purpose,
        "event": event,
        "by_guardian": True,
        "giver_name": "Canary Guardian",
        "relation": "mother",
        "wording": "I agree.",
        "wording_hash": crypto.digest("I agree."),
        "expires_at": clock.now() + timedelta(days=300),
    }
    db.session.add(Consent(**(given | changes)))
    db.session.commit()


def with_cover(campaign, by, *, shows_student=False):
    cover = files.keep_image(a_photo(), organisation_id=campaign.organisation_id, by=by)
    campaign.concerns_minor = False  # one officer has approved the picture
    campaign.cover_id, campaign.cover_alt, campaign.cover_shows_student = (
        cover.id,
        "Desks in a classroom",
        shows_student,
    )
    files.publish(cover)
    campaign.version += 1
    db.session.commit()
    return cover


def an_update(campaign, title, state=UpdateState.PUBLISHED):
    db.session.add(
        Update(
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            author_id=campaign.author_id,
            state=state,
            concerns_minor=False,
            title=title,
            body="x",
            body_html="<p>x</p>",
            content_hash="x",
            published_at=clock.now() if state is UpdateState.PUBLISHED else None,
        )
    )
    figures.add(campaign.id, updates=1 if state is UpdateState.PUBLISHED else 0)
    db.session.commit()


def an_ask(campaign, company, officer, *, public=True, answer=None, reply_public=True):
    now = clock.now()
    ask = Ask(
        ref=refs.random_ref(),
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        company_id=company.id,
        author_id=campaign.author_id,
        moderated_by_id=officer.id,
        concerns_minor=False,
        state=AskState.ANSWERED if answer else AskState.PUBLIC if public else AskState.PRIVATE,
        contact_name="Canary Contact",
        contact_email="canary.contact@example.org",
        amount=50_000,
        currency="EUR",
        sent_at=now - timedelta(days=20),
        quiet_until=now - timedelta(days=6),
        public_at=now - timedelta(days=5) if public else None,
        answered_at=now if answer else None,
        signature_count=41,
    )
    db.session.add(ask)
    db.session.flush()
    if answer:
        reason = "budget" if answer is Answer.DECLINE else None
        reply = {"amount": 30_000, "reason": reason, "answered_by": "Canary Contact", "position": "Head"}
        db.session.add(
            Reply(ask_id=ask.id, once=crypto.token(), answer=answer, currency="EUR", is_public=reply_public, **reply)
        )
    figures.touch(campaign.id)
    db.session.commit()
    return ask


@pytest.mark.both_databases
def test_the_page_tells_the_whole_campaign(client, a_campaign, a_pledge):
    campaign = a_campaign(title="A nurse for Western Kenya")
    a_pledge(campaign, 400_00, organisation="Meridian Freight")
    page = client.get(f"/c/{campaign.slug}")
    assert page.status_code == 200
    for words in ("A nurse for Western Kenya", "Amber Heron", "Tuition", "€1,025.50", "€400.00", "Meridian Freight"):
        assert words in page.text
    assert "<em>secondary school</em>" in page.text
    assert 'href="/communities/lantern"' in page.text


@pytest.mark.parametrize("state", CampaignState)
def test_only_public_states_are_there(client, a_campaign, state):
    answer = client.get(f"/c/{a_campaign(state).slug}")
    assert answer.status_code == (200 if state in PUBLIC else 404)


@pytest.mark.parametrize("state", sorted(PUBLIC))
def test_only_a_live_campaign_asks_for_a_pledge(client, a_campaign, state):
    campaign = a_campaign(state)
    page = client.get(f"/c/{campaign.slug}").text
    assert (f'href="/c/{campaign.slug}/pledge"' in page) is (state is CampaignState.LIVE)


@pytest.mark.parametrize("slug", ["nothing", "'", "%00", "x" * 3000, "%F0%9F%99%82", "a%2Fb"])
@pytest.mark.both_databases
def test_an_address_of_nothing_is_not_there(client, a_campaign, slug):
    assert client.get(f"/c/{slug}").status_code == 404


@pytest.mark.both_databases
def test_it_carries_no_session_and_can_be_kept_by_anyone(client, a_campaign):
    answer = client.get(f"/c/{a_campaign().slug}")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    assert "s-maxage" in answer.headers["Cache-Control"]
    assert "csrf" not in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_a_signed_in_person_gets_the_very_same_page(client, sign_in, amina, a_campaign):
    campaign = a_campaign()
    slug = campaign.slug
    browser = sign_in(amina)
    assert browser.get(f"/c/{slug}").data == client.get(f"/c/{slug}").data


@pytest.mark.both_databases
def test_a_browser_that_has_it_is_told_so(client, a_campaign):
    campaign = a_campaign()
    path = f"/c/{campaign.slug}"
    tag = client.get(path).headers["ETag"]
    with at_most(1):
        answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    figures.add(campaign.id, pledged=1)
    db.session.commit()
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["pledged", "received", "disbursed", "proven"])
def test_every_figure_shows_at_the_next_request(client, a_campaign, a_pledge, change):
    campaign = a_campaign()
    a_pledge(campaign, 700_00)
    figures.add(campaign.id, received=600_00, disbursed=500_00, proven=400_00)
    db.session.commit()
    client.get(f"/c/{campaign.slug}")
    figures.add(campaign.id, **{change: 11_11})
    db.session.commit()
    expected = {"pledged": "€711.11", "received": "€611.11", "disbursed": "€511.11", "proven": "€411.11"}
    assert expected[change] in client.get(f"/c/{campaign.slug}").text


def test_a_pause_shows_at_the_next_request(client, a_campaign, amina):
    campaign = a_campaign()
    assert "Pledging is paused" not in client.get(f"/c/{campaign.slug}").text
    lifecycle.pause(campaign, by=amina)
    db.session.commit()
    assert "Pledging is paused" in client.get(f"/c/{campaign.slug}").text


@pytest.mark.both_databases
def test_withdrawn_consent_hides_all_of_it_at_the_next_request(client, a_campaign):
    campaign = a_campaign()
    path, tag = f"/c/{campaign.slug}", client.get(f"/c/{campaign.slug}").headers["ETag"]
    consent(ConsentEvent.WITHDRAWN)
    for answer in (client.get(path), client.get(path, headers={"If-None-Match": tag}), client.get(f"{path}/ledger")):
        assert answer.status_code == 410
        assert "no longer shown" in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        for words in ("nurse", "Amber", "Heron", "secondary", "Lantern"):
            assert words not in answer.text


def test_consent_that_runs_out_hides_it_too(client, a_campaign):
    campaign = a_campaign()
    client.get(f"/c/{campaign.slug}")
    with clock.at(clock.now() + timedelta(days=361)):
        assert client.get(f"/c/{campaign.slug}").status_code == 410


def test_a_renewal_that_waits_to_be_checked_hides_nothing(client, a_campaign):
    campaign = a_campaign()
    consent(ConsentEvent.GIVEN)
    assert client.get(f"/c/{campaign.slug}").status_code == 200


def test_consent_given_and_checked_again_shows_it_again(client, a_campaign):
    campaign = a_campaign()
    for event, status in (
        (ConsentEvent.WITHDRAWN, 410),
        (ConsentEvent.GIVEN, 410),
        (ConsentEvent.CHECKED, 200),
    ):
        consent(event)
        assert client.get(f"/c/{campaign.slug}").status_code == status


@pytest.mark.both_databases
def test_a_picture_of_a_student_goes_with_the_consent_to_it(client, a_campaign, amina):
    campaign = a_campaign()
    consent(ConsentEvent.CHECKED, Purpose.PUBLISH_IMAGE)
    cover = with_cover(campaign, amina, shows_student=True)
    ref, path = cover.ref, f"/c/{campaign.slug}"
    assert f"/f/{ref}" in client.get(path).text
    consent(ConsentEvent.WITHDRAWN, Purpose.PUBLISH_IMAGE)
    page = client.get(path)
    assert page.status_code == 200
    assert ref not in page.text
    assert "Desks in a classroom" not in page.text


def test_a_picture_of_no_student_needs_no_consent(client, a_campaign, amina):
    campaign = a_campaign()
    ref = with_cover(campaign, amina).ref
    page = client.get(f"/c/{campaign.slug}").text
    assert f'src="/f/{ref}" alt="Desks in a classroom"' in page
    assert f'property="og:image" content="http://localhost/f/{ref}"' in page


def test_an_image_that_is_not_public_is_not_linked(client, a_campaign, amina):
    campaign = a_campaign()
    cover = files.keep_image(a_photo(), organisation_id=campaign.organisation_id, by=amina)
    campaign.cover_id, campaign.concerns_minor = cover.id, False
    db.session.commit()
    assert cover.ref not in client.get(f"/c/{campaign.slug}").text


def test_who_the_student_is_stands_nowhere(client, a_campaign, a_pledge, a_company, safiya, amina):
    campaign = a_campaign()
    a_pledge(campaign, 400_00, name="Hidden Sponsor", show_name=False, email="hidden@example.org")
    an_ask(campaign, a_company(), safiya, answer=Answer.ACCEPT)
    with_cover(campaign, amina)
    page = client.get(f"/c/{campaign.slug}").text
    for canary in (*CANARIES, "Hidden Sponsor", "hidden@example.org", "petra@example.org", "Canary Contact"):
        assert canary not in page


def test_sponsors_are_named_as_they_chose(client, a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 300_00, name="Petra", organisation="Meridian Freight")
    a_pledge(campaign, 20_00, name="Jonas Weber")
    a_pledge(campaign, 10_00, name="Shy Person", show_name=False)
    a_pledge(campaign, 30_00, name="Not Confirmed", confirmed=False)
    page = client.get(f"/c/{campaign.slug}").text
    wall = page[page.index("sponsors-title") : page.index("chain-title")]
    assert "Meridian Freight" in wall
    assert "€300.00" in wall
    assert "Jonas Weber" in wall
    assert "€20.00" not in wall
    assert "Shy Person" not in page
    assert "Not Confirmed" not in page
    assert "And one more." in wall


def test_a_sponsors_words_stand_there_once_somebody_has_read_them(client, a_campaign, a_pledge):
    campaign = a_campaign()
    pledge = a_pledge(campaign, 300_00)
    pledge.message = "With our best wishes"
    db.session.commit()
    assert "With our best wishes" not in client.get(f"/c/{campaign.slug}").text
    pledge.message_shown_at = clock.now()
    figures.touch(campaign.id)
    db.session.commit()
    assert "With our best wishes" in client.get(f"/c/{campaign.slug}").text


def test_at_most_twelve_are_named_the_latest_first(client, a_campaign, a_pledge):
    campaign = a_campaign()
    for number in range(15):
        with clock.at(clock.now() + timedelta(minutes=number)):
            a_pledge(campaign, 1_00, name=f"Sponsor {number:02}")
    named = re.findall(r"Sponsor \d\d", client.get(f"/c/{campaign.slug}").text)
    assert named == [f"Sponsor {number:02}" for number in range(14, 2, -1)]


@pytest.mark.both_databases
def test_lapsed_and_withdrawn_sponsors_are_not_named(client, a_campaign, a_pledge):
    campaign = a_campaign()
    for status in ("lapsed", "withdrawn", "cancelled", "overdue", "fulfilled"):
        pledge = a_pledge(campaign, 1_00, name=f"Was {status}")
        db.session.execute(sa.update(Pledge).where(Pledge.id == pledge.id).values(status=status))
    db.session.commit()
    page = client.get(f"/c/{campaign.slug}").text
    assert re.findall(r"Was \w+", page) == ["Was fulfilled", "Was overdue"]


def test_published_updates_are_listed(client, a_campaign):
    campaign = a_campaign()
    an_update(campaign, "First term passed")
    an_update(campaign, "Not read yet", UpdateState.IN_REVIEW)
    page = client.get(f"/c/{campaign.slug}").text
    assert "First term passed" in page
    assert "Not read yet" not in page


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "Waiting for an answer"),
        (Answer.ACCEPT, "Accepted"),
        (Answer.COUNTER, "Offers something else"),
        (Answer.DECLINE, "Declined"),
    ],
)
def test_what_companies_were_asked_and_said_stands_there(client, a_campaign, a_company, safiya, answer, words):
    campaign = a_campaign()
    ask = an_ask(campaign, a_company("Nordlicht"), safiya, answer=answer)
    page = client.get(f"/c/{campaign.slug}").text
    assert f'href="/asks/{ask.ref}"' in page
    assert "Letter to Nordlicht" in page
    assert words in page
    assert "41 signatures" in page


def test_what_was_asked_in_private_stays_private(client, a_campaign, a_company, safiya):
    campaign = a_campaign()
    an_ask(campaign, a_company("Silent AG"), safiya, public=False)
    an_ask(campaign, a_company("Shy AG"), safiya, public=False, answer=Answer.ACCEPT, reply_public=False)
    an_ask(campaign, a_company("Open AG"), safiya, public=False, answer=Answer.ACCEPT)
    page = client.get(f"/c/{campaign.slug}").text
    assert "Silent AG" not in page
    assert "Shy AG" not in page
    assert "Open AG" in page


def test_the_chain_says_what_has_happened(client, a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 700_00)
    figures.add(campaign.id, received=700_00)
    figures.add(campaign.id, disbursed=300_00)
    db.session.commit()
    page = client.get(f"/c/{campaign.slug}").text
    chain = page[page.index('<ol class="timeline">') : page.index("</ol>", page.index('<ol class="timeline">'))]
    titles = re.findall(r'timeline-title">(?:<a[^>]*>)?([^<]+)', chain)
    states = dict(zip(titles, re.findall(r'<li class="(\w+)"', chain), strict=True))
    assert states == {
        "Needs checked, words approved": "done",
        "Pledged": "now",
        "Received": "done",
        "Sent to the schools": "now",
        "Proven by the schools&#39; receipts": "next",
        "What came of it": "next",
    }


def test_it_can_be_shared_without_a_script_or_a_tracker(client, a_campaign):
    campaign = a_campaign()
    page = client.get(f"/c/{campaign.slug}").text
    assert f'property="og:url" content="http://localhost/c/{campaign.slug}"' in page
    assert "mailto:?subject=A%20nurse%20for%20Western%20Kenya" in page
    assert "https://wa.me/?text=A%20nurse" in page
    assert 'type="application/atom+xml"' in page
    outside = set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page)) - {"http://localhost"}
    assert outside == {"https://wa.me"}


def test_what_people_typed_is_never_markup(client, a_campaign, a_pledge):
    campaign = a_campaign(title='<script>alert("x")</script>"><b>')
    a_pledge(campaign, 1_00, organisation="<img src=x onerror=alert(1)>")
    page = client.get(f"/c/{campaign.slug}").text
    assert "<script" not in page
    assert "<img src=x" not in page
    assert '"><b>' not in page


@pytest.mark.both_databases
def test_it_asks_little_of_the_database(client, a_campaign, a_pledge, a_company, safiya):
    campaign = a_campaign()
    a_pledge(campaign, 5_00)
    an_update(campaign, "First term passed")
    an_ask(campaign, a_company(), safiya)
    slug = campaign.slug
    with at_most(8) as built:
        assert client.get(f"/c/{slug}").status_code == 200
    with counting() as kept:
        client.get(f"/c/{slug}")
    assert len(built) <= 8
    assert len(kept) <= 1


def explained(statement, **given):
    dialect = db.sql.engine.dialect
    form = statement.form(dialect)
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {form.sql}", form.parameters(given))
    return " | ".join(row[3] for row in rows)


def test_the_sponsors_come_from_an_index_in_order(a_campaign):
    plan = explained(SPONSORS, id=a_campaign().id)
    assert "ix_pledge_wall" in plan
    assert "TEMP B-TREE" not in plan


def test_the_look_up_scans_nothing(a_campaign):
    plan = explained(VERSION, slug=a_campaign().slug, now=clock.now())
    assert "SCAN" not in plan


def test_it_keeps_within_its_budget(client, a_campaign, a_pledge, a_company, safiya, amina):
    campaign = a_campaign()
    campaign.concerns_minor = False
    campaign.story_html = "<p>" + "A believable story, told at some length. " * 120 + "</p>"
    for number in range(15):
        a_pledge(campaign, 1_00, organisation=f"Company number {number}")
    for number in range(6):
        an_update(campaign, f"Update number {number}")
        an_ask(campaign, a_company(f"Firm {number}"), safiya)
    cover = with_cover(campaign, amina)
    page = client.get(f"/c/{campaign.slug}").data
    css = Path("static/css/vouch.css").read_bytes()
    assert cover.size <= 30_000
    assert len(gzip.compress(page)) + len(gzip.compress(css)) + cover.size <= 50_000
