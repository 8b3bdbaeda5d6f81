"""Forms sent by other sites, or without their token, do nothing."""

import pytest

from campaigns.account import queries
from campaigns.kit import db
from tests.cast.browser import hidden_fields
from tests.cast.people import PASSWORD

POSTS = (
    *("/sign-in", "/sign-up", "/sign-out", "/password/forgot"),
    *("/account", "/account/password", "/account/sessions/end-others"),
)


@pytest.mark.parametrize("address", POSTS)
def test_a_form_without_its_token_is_refused(sign_in, amina, address):
    answer = sign_in(amina).post(address, data={"name": "Changed", "email": "amina@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert "reload the page" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_from_another_site_is_refused_even_with_a_token(sign_in, amina, site):
    client = sign_in(amina)
    fields = hidden_fields(client.get("/account").text, "") | {"name": "Changed"}
    answer = client.post("/account", data=fields, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert db.session.scalars(queries.by_email("amina@example.org")).one().name == "Amina"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_this_site_goes_through(sign_in, amina, site):
    client = sign_in(amina)
    fields = hidden_fields(client.get("/account").text, "") | {"name": "Changed"}
    assert client.post("/account", data=fields, headers={"Sec-Fetch-Site": site}).status_code == 303
    assert db.session.scalars(queries.by_email("amina@example.org")).one().name == "Changed"


def test_a_token_of_another_browser_is_refused(sign_in, app, amina, rita):
    fields = hidden_fields(sign_in(rita).get("/account").text, "") | {"name": "Changed"}
    assert sign_in(amina).post("/account", data=fields).status_code == 400
