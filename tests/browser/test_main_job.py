"""The main job from one end to the other, through the pages and the post only."""

import pytest

from tests.browser.steps import apply, ask, campaign, found, news, pay, pledge, school
from tests.browser.world import World

pytestmark = pytest.mark.browser


# On a small phone axe reads every page in test_every_page.
@pytest.mark.parametrize(("width", "careful"), [(360, False), (1280, True)], ids=["phone", "desk"])
def test_a_student_is_vouched_for_a_company_answers_and_the_money_is_followed(site, sight):
    world = World(site, sight)
    found.found_a_community(world)
    apply.apply_for_support(world)
    apply.approve(world)
    campaign.publish_a_campaign(world)
    ask.press_a_company(world)
    ask.make_it_public(world)
    company = ask.answer(world)
    pledge.pledge_as_a_company(world, company)
    pledge.pledge_as_a_guest(world)
    news.follow(world)
    pay.import_the_statement(world)
    pay.get_the_receipts(world)
    school.pay_the_school(world)
    school.check_the_ledger(world)
    news.tell_the_news(world)
    news.read_the_news(world)
    assert max(len(letter) for letter in site.inbox()) <= 25_000
    assert sight.faults == []
