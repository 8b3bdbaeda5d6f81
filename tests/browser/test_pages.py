"""What every page owes its reader, whoever that is and however they read: held on the pages that people meet most."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.sight import Sight
from tests.browser.site import Site
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RING = """() => {
  const at = document.activeElement, shown = getComputedStyle(at).opacity === '0' ? at.nextElementSibling : at;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  return {
    name: at.outerHTML.slice(0, 120), tag: at.tagName, id: at.id,
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1,
  };
}"""


@pytest.fixture
def campaign(a_campaign: Callable, a_pledge: Callable, school: object) -> str:
    """The address of a campaign that some have pledged for."""
    found = a_campaign(title="A nurse for Western Kenya", slug="nurse")
    a_pledge(found, 50_00, organisation="Meridian Freight")
    return "/c/nurse"


@pytest.fixture
def reader(site: Site, sight: Sight) -> Visitor:
    """Somebody who has scripts off, as on the public's pages there are none."""
    return Visitor(site, sight, scripts=False)


@pytest.fixture
def organiser(site: Site, sight: Sight, sign_in: Callable, amina: object) -> Visitor:
    """Amina, signed in."""
    person = Visitor(site, sight)
    cookie = sign_in(amina).get_cookie("vouch")
    person.page.context.add_cookies([{"name": "vouch", "value": cookie.value, "url": site.url}])
    return person


def focus_after_tab(page: Page) -> dict:
    page.keyboard.press("Tab")
    return page.evaluate(RING)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


@pytest.mark.parametrize("path", ["/", "/campaigns", "/c/nurse/pledge", "/sign-in", "/apply"])
def test_the_first_tab_leads_past_the_navigation(reader, campaign, path):
    reader.page.goto(path)
    first = focus_after_tab(reader.page)
    assert "Skip to the main content" in first["name"]
    assert first["seen"]
    reader.page.keyboard.press("Enter")
    following = focus_after_tab(reader.page)
    assert reader.page.evaluate("document.querySelector('main').contains(document.activeElement)"), following


@pytest.mark.parametrize("path", ["/c/nurse", "/c/nurse/pledge", "/campaigns"])
def test_whatever_has_the_focus_can_be_seen_to_have_it(reader, campaign, path):
    reader.page.goto(path)
    visited = []
    while (at := focus_after_tab(reader.page))["tag"] != "BODY":
        visited.append(at)
        assert len(visited) < 80, "the focus is caught"
    assert len(visited) >= 10
    assert [at["name"] for at in visited if not at["seen"]] == []


def test_the_pages_of_the_team_show_the_focus_too_and_open_their_menu_by_key(organiser, campaign):
    organiser.open("/a/lantern/campaigns/nurse")
    tab_to(organiser.page, "summary")
    assert organiser.page.evaluate(RING)["seen"]
    organiser.page.keyboard.press("Enter")
    assert "amina@example.org" in organiser.page.locator(".menu-body").inner_text()
    assert organiser.sight.faults == []


def test_a_pledge_is_made_with_the_keyboard_alone(reader, campaign):
    page = reader.page
    page.goto(f"{campaign}/pledge")
    tab_to(page, "[name=amount][type=radio]")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.checked")
    tab_to(page, "#name")
    page.keyboard.type("Petra Sponsor")
    tab_to(page, "#email")
    page.keyboard.type("petra@people.example")
    tab_to(page, "button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reader.sees("Check your e-mail", "petra@people.example")


def test_what_is_wrong_is_said_on_top_with_the_way_to_the_field_and_nothing_typed_is_lost(reader, campaign, sight):
    page = reader.page
    page.goto(f"{campaign}/pledge")
    reader.fill(name="Petra Sponsor", message="Go on!")
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Pledge").click()
    assert answer.value.status == 422
    assert page.title().startswith("Problem:")
    summary = page.get_by_role("alert")
    assert "There is a problem" in summary.inner_text()
    assert summary.get_attribute("tabindex") == "-1"
    tab_to(page, "#problems a[href='#email']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "email"
    email = reader.field("email")
    assert "email-error" in email.get_attribute("aria-describedby").split()
    assert "Enter your e-mail address." in page.locator("#email-error").inner_text()
    assert email.get_attribute("aria-invalid") == "true"
    assert reader.field("name").input_value() == "Petra Sponsor"
    assert reader.field("message").input_value() == "Go on!"
    sight.take_in(page, scripts=False)
    assert [fault for fault in sight.faults if "422" not in fault] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_read_from_right_to_left_keep_within_the_window(reader, app, campaign, sight, monkeypatch):
    monkeypatch.setitem(app.jinja_env.globals, "dir", "rtl")
    monkeypatch.setitem(app.jinja_env.globals, "lang", "ar")
    for path in ("/", "/campaigns", campaign, f"{campaign}/pledge", f"{campaign}/ledger", "/apply"):
        reader.open(path)
        assert reader.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    logo, sign_in = (reader.page.locator(part).bounding_box() for part in (".wordmark", ".top nav li:last-child"))
    assert logo["x"] > sign_in["x"]
    assert sight.faults == []


@pytest.mark.parametrize("width", [320])
def test_long_words_and_large_amounts_stay_within_the_narrowest_window(reader, organiser, a_campaign, a_pledge, sight):
    crowded = a_campaign(title=LONG, slug="long", needs=[(LONG, 987_654_321_00), ("Books", 1)], alias="Amber Heron")
    a_pledge(crowded, 900_000_000_00, organisation=LONG, name=LONG)
    for path in ("/", "/campaigns", "/c/long", "/c/long/pledge", "/c/long/ledger", "/communities/lantern"):
        reader.open(path)
    for path in ("", "campaigns", "campaigns/long", "money", "pledges", "team", "settings", "updates", "asks"):
        organiser.open(f"/a/lantern/{path}")
    assert sight.faults == []


@pytest.mark.parametrize("width", [1280])
def test_text_at_twice_its_size_stays_within_the_window(reader, campaign, sight):
    for path in ("/", "/campaigns", campaign, f"{campaign}/pledge"):
        reader.page.goto(path)
        reader.page.evaluate("document.documentElement.style.fontSize = '200%'")
        sight.measure(reader.page)
    assert sight.faults == []


def test_nothing_moves_for_those_who_asked_for_less_motion(reader, campaign):
    moves = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    reader.page.goto(campaign)
    assert reader.page.evaluate(moves) == 0
    reader.page.emulate_media(reduced_motion="no-preference")
    assert reader.page.evaluate(moves) > 0


def test_printed_a_campaign_is_its_story_and_figures_in_ink(reader, campaign):
    reader.page.goto(campaign)
    reader.page.emulate_media(media="print", color_scheme="dark")
    for kept in ("h1", ".meter", ".ledger", ".timeline"):
        assert reader.page.locator(kept).first.is_visible(), kept
    for gone in (".top nav", ".skip", "a.button"):
        assert not reader.page.locator(gone).first.is_visible(), gone
    assert reader.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_page_that_is_not_there_says_so_and_leads_on(reader, sight):
    answer = reader.page.goto("/c/nothing-here")
    assert answer.status == 404
    reader.sees("There is nothing here")
    sight.take_in(reader.page, scripts=False)
    assert [fault for fault in sight.faults if "404" not in fault] == []


def test_without_the_style_sheet_the_meter_still_comes_before_the_story(reader, campaign):
    reader.page.route("**/*.css*", lambda route: route.abort())
    reader.page.goto(campaign)
    words = reader.text()
    assert words.index("Asked") < words.index("Pledge\n") < words.index("The story") < words.index("What it pays for")
