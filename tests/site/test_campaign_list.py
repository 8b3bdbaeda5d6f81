import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.file import rules as files
from campaigns.kit import clock, db
from campaigns.site.queries import campaigns as queries
from campaigns.student.models import Application
from campaigns.student.states import ConsentEvent, Purpose
from tests.cast.consent import consent_step
from tests.cast.pictures import a_photo
from tests.cast.queries import at_most, counting


def titles(client, **chosen):
    return shown(client.get("/campaigns", query_string={key.rstrip("_"): value for key, value in chosen.items()}))


def shown(answer):
    assert answer.status_code == 200
    return re.findall(r'class="card-title"><a href="[^"]+">([^<]+)', answer.text)


def older(answer):
    found = re.search(r'rel="next" href="([^"]+)"', answer.text)
    return found and found[1].replace("&amp;", "&")


@pytest.fixture
def many(a_campaign):
    """Make `number` public campaigns at once, the last one newest, all asking for the needs of one student."""

    def make(number, begin=0):
        seed = a_campaign(title="Seed", slug=f"seed-{begin}")
        given = {column.key: getattr(seed, column.key) for column in sa.inspect(Campaign).column_attrs}
        given.pop("id")
        given["concerns_minor"] = False  # one officer has approved them
        moment = clock.now() - timedelta(days=100)
        rows = [
            given
            | {
                "slug": f"many-{at:05}",
                "title": f"Campaign {at:05}",
                "published_at": moment + timedelta(seconds=at // 3),  # three share a moment
            }
            for at in range(begin, begin + number)
        ]
        db.session.execute(sa.insert(Campaign), rows)
        seed.state = CampaignState.CANCELLED
        db.session.commit()

    return make


@pytest.mark.both_databases
def test_public_campaigns_are_listed_newest_first(client, a_campaign):
    for at, state in enumerate(CampaignState):
        with clock.at(clock.now() + timedelta(minutes=at)):
            a_campaign(state, title=f"Is {state.value}")
    assert titles(client) == [f"Is {state.value}" for state in reversed(CampaignState) if state in PUBLIC]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("open", {"live"}),
        ("funded", {"funded"}),
        ("finished", {"closed_short", "settling", "reporting", "closed"}),
        ("", {state.value for state in PUBLIC}),
        ("nonsense", {state.value for state in PUBLIC}),
    ],
)
def test_they_can_be_narrowed_by_state(client, a_campaign, state, expected):
    for each in CampaignState:
        a_campaign(each, title=each.value)
    assert set(titles(client, state=state)) == expected


@pytest.mark.both_databases
def test_they_can_be_narrowed_by_country_purpose_and_community(client, a_campaign, harbour):
    a_campaign(title="Books in Kenya", needs=[("Books", 100)])
    tuition = a_campaign(title="Tuition in Ghana", needs=[("Tuition", 100)])
    tuition.country = "GH"
    a_campaign(title="From Harbour", community=harbour, needs=[("Tuition", 100)])
    db.session.commit()
    assert titles(client, country="GH") == ["Tuition in Ghana"]
    assert titles(client, for_="books") == ["Books in Kenya"]
    assert titles(client, community="harbour") == ["From Harbour"]
    assert titles(client, community="lantern", for_="tuition", country="GH") == ["Tuition in Ghana"]
    assert titles(client, country="ZZ") == []
    assert len(titles(client, for_="nonsense")) == 3


@pytest.mark.both_databases
def test_they_can_be_searched(client, a_campaign):
    a_campaign(title="A nurse for Turkana")
    a_campaign(title="Carpentry in Kisumu")
    assert titles(client, q="turkana") == ["A nurse for Turkana"]
    assert titles(client, q="carpentry kisumu") == ["Carpentry in Kisumu"]
    assert titles(client, q="unheard-of") == []


def test_a_draft_is_never_found(client, a_campaign):
    a_campaign(CampaignState.DRAFT, title="Secret draft")
    assert titles(client, q="secret") == []


@pytest.mark.both_databases
@pytest.mark.parametrize("field", ["q", "state", "country", "for", "community", "before"])
@pytest.mark.parametrize(
    "value",
    ["'", '"', "\x00", "x" * 9_000, "🙂", "<b>", "2026-01-01~1", "9" * 40, "0001-01-01T00:00:00+14:00~1", "~", "%"],
)
def test_whatever_is_in_the_address_the_answer_is_a_page(client, a_campaign, field, value):
    a_campaign()
    answer = client.get("/campaigns", query_string={field: value})
    assert answer.status_code in {200, 404}
    assert "<b>" not in answer.text


def test_a_community_that_is_not_there_is_not_there(client):
    assert client.get("/campaigns?community=nothing").status_code == 404


@pytest.mark.both_databases
def test_paging_shows_every_row_once(client, many):
    many(65)
    seen, address = [], "/campaigns"
    while address:
        page = client.get(address)
        seen += shown(page)
        address = older(page)
    assert seen == [f"Campaign {at:05}" for at in reversed(range(65))]


@pytest.mark.both_databases
def test_rows_that_are_added_meanwhile_move_nothing(client, many):
    many(50)
    seen, address, begin = [], "/campaigns?state=open", 50
    while address:
        page = client.get(address)
        seen += shown(page)
        address = older(page)
        many(7, begin)
        begin += 7
    assert seen == [f"Campaign {at:05}" for at in reversed(range(50))]


def test_the_filters_stay_while_paging(client, many):
    many(30)
    address = older(client.get("/campaigns?q=campaign&state=open&country=KE"))
    for part in ("q=campaign", "state=open", "country=KE", "before="):
        assert part in address


def test_beyond_the_end_there_is_a_way_back(client, a_campaign):
    a_campaign()
    page = client.get("/campaigns?before=2001-01-01T00:00:00%2B00:00~1")
    assert shown(page) == []
    assert "That is all" in page.text
    assert 'href="/campaigns"' in page.text


def test_empty_states_say_what_to_do(client, a_campaign):
    assert "No campaigns yet" in client.get("/campaigns").text
    a_campaign()
    page = client.get("/campaigns?q=unheard-of")
    assert "Nothing matches" in page.text
    assert 'value="unheard-of"' in page.text


@pytest.mark.both_databases
def test_withdrawn_consent_hides_it_at_the_next_request(client, a_campaign):
    a_campaign(title="Stays")
    with_consent = {each.id for each in db.session.scalars(sa.select(Application))}
    a_campaign(title="Goes")
    assert set(titles(client)) == {"Stays", "Goes"}
    withdraw(next(each for each in db.session.scalars(sa.select(Application)) if each.id not in with_consent))
    assert titles(client) == ["Stays"]
    assert titles(client, q="goes") == []


def withdraw(application, purpose=Purpose.PUBLISH_TEXT):
    consent_step(application, purpose, ConsentEvent.WITHDRAWN)


@pytest.mark.both_databases
def test_a_picture_of_a_student_goes_with_the_consent_to_it(client, a_campaign, amina):
    campaign = a_campaign(title="With a picture")
    application = db.session.scalars(sa.select(Application)).one()
    cover = files.keep_image(a_photo(), organisation_id=campaign.organisation_id, by=amina)
    files.publish(cover)
    campaign.concerns_minor = False  # one officer has approved the picture
    campaign.cover_id, campaign.cover_alt, campaign.cover_shows_student = cover.id, "A student", True
    consent_step(application, Purpose.PUBLISH_IMAGE, ConsentEvent.CHECKED)
    ref = cover.ref
    assert f"/f/{ref}" in client.get("/campaigns").text
    withdraw(application, Purpose.PUBLISH_IMAGE)
    page = client.get("/campaigns")
    assert ref not in page.text
    assert shown(page) == ["With a picture"]


@pytest.mark.both_databases
def test_the_database_is_asked_the_same_however_many_there_are(client, many, a_campaign):
    a_campaign()
    with counting() as few:
        client.get("/campaigns?q=campaign&country=KE&community=lantern")
    many(2_000)
    with at_most(4) as lots:
        client.get("/campaigns?q=campaign&country=KE&community=lantern")
    assert len(lots) == len(few) <= 4


@pytest.mark.parametrize("chosen", [{}, {"state": "open"}, {"country": "KE"}, {"for_": "tuition"}])
def test_the_rows_come_from_an_index_in_order(a_campaign, chosen):
    a_campaign()
    kind = chosen.get("for_", "")
    select = queries.cards(state=chosen.get("state", ""), country=chosen.get("country", ""), kind=kind)
    select = select.order_by(Campaign.published_at.desc(), Campaign.id.desc()).limit(21)
    sql = str(select.compile(db.sql.engine, compile_kwargs={"literal_binds": True}))
    plan = [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step]


def test_it_keeps_within_its_budget(client, many):
    many(25)
    page, css = client.get("/campaigns").data, Path("static/css/vouch.css").read_bytes()
    assert len(gzip.compress(page)) + len(gzip.compress(css)) <= 60_000


def test_it_carries_no_session(client, a_campaign):
    a_campaign()
    answer = client.get("/campaigns")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    again = client.get("/campaigns", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_of_who_the_student_is_stands_there(client, a_campaign):
    a_campaign()
    page = client.get("/campaigns").text
    for canary in ("Canary", "Mwangaza", "2011-05-04"):
        assert canary not in page


def test_what_people_typed_is_never_markup(client, a_campaign):
    a_campaign(title="<script>alert(1)</script>")
    assert "<script" not in client.get("/campaigns").text
    assert "<script" not in client.get("/campaigns", query_string={"q": '"><script>alert(1)</script>'}).text
