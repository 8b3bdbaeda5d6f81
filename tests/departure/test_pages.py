"""The pages: a student tells it, those who vet make sure, sponsors choose, the community decides."""

import gzip
from pathlib import Path

import pytest

from campaigns.campaign.models import Campaign
from campaigns.departure import queries, rules
from campaigns.departure.models import Departure
from campaigns.departure.states import Choice, DepartureState
from campaigns.kit import clock, db, links
from campaigns.student.states import Stage
from tests.cast.browser import submit
from tests.departure.conftest import pay, shares_of, student_of


@pytest.fixture
def group(a_group):
    return a_group([("Tuition", 40_000)], [("Tuition", 50_000)], [("Tuition", 60_000)])


@pytest.fixture
def asked(group, a_pledge, a_departure, tomas):
    """A sponsor of the student who has left, asked what should become of €400, of which €250 are paid."""
    pledge = a_pledge(group, 40_000)
    pay(pledge, 25_000, tomas)
    [share] = shares_of(a_departure(student_of(group)))
    return share, f"/p/{pledge.ref}/rest/{share.id}?k={links.sign('pledge', pledge.ref)}"


def open_departure(application):
    return db.session.scalars(queries.open_of(application.id).execution_options(populate_existing=True)).one_or_none()


def held(app, application):
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["application"], cookie["application_seen"] = application.id, int(clock.now().timestamp())
    return browser


def test_a_supported_student_tells_it_from_the_status_page(app, group):
    application = student_of(group)
    browser = held(app, application)
    assert "/apply/status/departure" in browser.get("/apply/status").text
    assert browser.get("/apply/status/leave").headers["Location"] == "/apply/status/departure"
    submit(browser, "/apply/status/departure", kind="no_need", happened_on=f"{clock.today()}")
    assert open_departure(application).state is DepartureState.REPORTED
    assert "You told us" in browser.get("/apply/status/departure").text


def test_the_students_page_is_light_and_without_a_script(app, group):
    page = held(app, student_of(group)).get("/apply/status/departure")
    css = Path("static/css/vouch.css").read_bytes()
    assert "<script" not in page.text
    assert len(gzip.compress(page.data)) + len(gzip.compress(css)) <= 14_000


def test_those_who_vet_report_and_confirm(sign_in, victor, vera, group, other_school):
    application = student_of(group)
    url = f"/a/lantern/applications/{application.ref}/departure"
    bad = submit(sign_in(victor), url, kind="changed_school", happened_on=f"{clock.today()}", school="Nowhere")
    assert bad.status_code == 422
    assert "Enter a school that is listed here." in bad.text
    submit(sign_in(victor), url, kind="changed_school", happened_on=f"{clock.today()}", school="lakeside college")
    assert "somebody else has to make sure" in sign_in(victor).get(url).text
    page = sign_in(vera).get(url).text
    assert "Lakeside College" in page
    assert "I have made sure" in page


def test_a_sponsor_chooses_and_sees_what_became_of_it(client, a_campaign, asked):
    _, url = asked
    other = a_campaign(needs=[("Fees", 90_000)], title="The other campaign")
    page = client.get(url).text
    assert "€250.00" in page
    assert "€150.00" in page
    assert "The other campaign" in page
    assert "Amber Heron" not in page
    assert submit(client, url, choice="another", campaign=f"{other.id}").status_code == 303
    assert "went to another campaign" in client.get(url).text
    db.session.expire_all()
    assert db.session.get(Campaign, other.id).received == 25_000


def test_the_pledges_own_page_leads_there_until_it_is_done(client, asked):
    share, url = asked
    own = url.replace(f"/rest/{share.id}", "")
    assert f"/rest/{share.id}" in client.get(own).text
    submit(client, url, choice="back")
    assert f"/rest/{share.id}" not in client.get(own).text


def test_nothing_is_chosen_without_an_answer_or_by_another_key(client, asked):
    _, url = asked
    assert submit(client, url).status_code == 422
    assert client.get(url.replace("k=", "k=x")).status_code == 404


def test_the_page_is_light_and_without_a_script(client, asked):
    page = client.get(asked[1])
    css = Path("static/css/vouch.css").read_bytes()
    assert "<script" not in page.text
    assert len(gzip.compress(page.data)) + len(gzip.compress(css)) <= 14_000


def test_what_is_left_to_the_community_waits_on_its_today_page(sign_in, amina, asked):
    share, _ = asked
    rules.choose(share, Choice.COMMUNITY)
    db.session.commit()
    ref = db.session.get(Departure, share.departure_id).ref
    browser = sign_in(amina)
    assert f"/a/lantern/departures/{ref}" in browser.get("/a/lantern/").text
    assert "Decide" in browser.get(f"/a/lantern/departures/{ref}").text
    assert ref in browser.get("/a/lantern/departures").text
    page = browser.get(f"/a/lantern/departures/{ref}/{share.id}").text
    assert ("goes back to the sponsor" in page, "I would like it back" in page) == (True, False)
    assert submit(browser, f"/a/lantern/departures/{ref}/{share.id}", choice="same").status_code == 303
    assert "stays with the others" in browser.get(f"/a/lantern/departures/{ref}").text


def test_a_report_and_words_wait_for_the_second_person(sign_in, victor, vera, safiya, group, a_departure):
    a_departure(student_of(group), confirmed=False)
    assert "Amber Heron is said to leave" in sign_in(vera).get("/a/lantern/").text
    assert "is said to leave" not in sign_in(victor).get("/a/lantern/").text


def test_an_outcome_is_recorded_and_approved(sign_in, victor, safiya, group):
    application = student_of(group)
    url = f"/a/lantern/applications/{application.ref}/outcome"
    submit(sign_in(victor), url, kind="graduated", reached_on=f"{clock.today()}", words="I did it.")
    db.session.expire_all()
    assert application.stage is Stage.COMPLETED
    assert "Read what Amber Heron says" in sign_in(safiya).get("/a/lantern/").text
    submit(sign_in(safiya), url, to=f"{url}/approve")
    assert "Approved" in sign_in(victor).get(url).text


def test_another_student_is_taken_in(sign_in, amina, group, an_application):
    an_application(Stage.APPROVED, alias="Silver Wren", needs=[("Tuition", 33_000)])
    url = f"/a/lantern/campaigns/{group.slug}/replacement"
    page = sign_in(amina).get(url).text
    assert "Silver Wren: Tuition" in page
    need = page.split('name="needs" type="checkbox" value="')[1].split('"')[0]
    assert submit(sign_in(amina), url, needs=need).status_code == 303
    db.session.expire_all()
    assert db.session.get(Campaign, group.id).asked == 183_000
