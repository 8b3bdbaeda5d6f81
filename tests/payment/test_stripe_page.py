"""The page with the pay button lets its form lead on to the hosted page, and to nowhere else."""

import pytest

from campaigns.kit import links
from campaigns.pledge.states import Method
from tests.cast.browser import Browser


def form_action(app, pledge) -> str:
    shown = Browser(app).get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}")
    assert shown.status_code == 200
    policy = shown.headers["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("form-action"))


def test_the_button_may_lead_to_stripes_page(cards, card_pledge):
    assert form_action(cards.app, card_pledge) == "form-action 'self' https://checkout.stripe.com"


def test_beside_an_emulator_it_may_lead_there(cards, card_pledge):
    settings = cards.app.extensions["settings"].model_copy(update={"stripe_api_base": "http://127.0.0.1:12111"})
    cards.app.extensions["settings"] = settings
    assert form_action(cards.app, card_pledge) == "form-action 'self' http://127.0.0.1:12111"


@pytest.mark.parametrize("method", list(Method))
def test_without_a_key_the_form_stays_here_and_there_is_no_button(app, a_campaign, a_pledge, method):
    pledge = a_pledge(a_campaign(), method=method)
    assert form_action(app, pledge) == "form-action 'self'"
    shown = Browser(app).get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}")
    assert "by card" not in shown.text
