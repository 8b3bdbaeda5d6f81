"""Taking up an invitation."""

from datetime import timedelta

import pytest

from campaigns.account import queries as accounts
from campaigns.account.rules import AlreadyHeld, grant
from campaigns.account.states import Role
from campaigns.community import rules
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.links import LinkSpent
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.cast.people import PASSWORD


@pytest.fixture
def invite(lantern, amina):
    """Invite somebody as a member (or to another role), and give the link in the mail."""

    def send(email, role=Role.MEMBER):
        rules.invite(lantern, email, role, by=amina)
        db.session.commit()
        return link_to(email, "/invitations/")

    return send


def token_in(link):
    return link.rsplit("/", 1)[1]


def test_the_link_shows_who_invites_to_what(client, invite):
    page = client.get(invite("zuri@example.org", Role.TREASURER)).text
    assert "Join Lantern as treasurer" in page
    assert "Amina invites" in page
    assert "zuri@example.org" in page


def test_looking_joins_nobody(sign_in, invite, rita, lantern):
    link = invite("rita@example.org")
    client = sign_in(rita)
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    assert rita.roles_in(lantern.id) == frozenset()


def test_somebody_with_an_account_accepts(sign_in, invite, rita, lantern):
    answer = submit(sign_in(rita), invite("rita@example.org"))
    assert answer.location == "/a/lantern/"
    assert rita.roles_in(lantern.id) == {Role.MEMBER}
    assert letters_to("amina@example.org")[-1].subject == "Rita has joined Lantern"


def test_somebody_without_one_makes_it_on_the_same_page(client, invite, lantern):
    link = invite("zuri@example.org")
    answer = submit(client, link, name="Zuri Achieng", password=PASSWORD)
    assert answer.location == "/a/lantern/"
    zuri = db.session.scalars(accounts.by_email("zuri@example.org")).one()
    assert (zuri.name, zuri.is_active) == ("Zuri Achieng", True)
    assert zuri.roles_in(lantern.id) == {Role.MEMBER}
    assert client.get("/a/lantern/team").status_code == 200


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password1234"}, "tried first"),
        ({"password": "zuri@example.org"}, "your name or e-mail"),
    ],
)
def test_a_mistake_leaves_the_invitation_open(client, invite, changed, message):
    link = invite("zuri@example.org")
    answer = submit(client, link, **{"name": "Zuri", "password": PASSWORD} | changed)
    assert answer.status_code == 422
    assert message in answer.text
    assert "Amina invites" in answer.text
    assert submit(client, link, name="Zuri", password=PASSWORD).status_code == 303


def test_somebody_signed_in_with_another_address_is_told_so(sign_in, invite, rita, lantern):
    client, link = sign_in(rita), invite("zuri@example.org")
    page = client.get(link).text
    assert "signed in with another address" in page
    assert "rita@example.org" in page
    with pytest.raises(NotAllowed, match=r"zuri@example\.org"):
        rules.accept(token_in(link), by=rita)
    assert rita.roles_in(lantern.id) == frozenset()


def test_somebody_who_is_signed_out_is_asked_to_sign_in_and_comes_back(client, invite, rita):
    link = invite("rita@example.org")
    page = client.get(link).text
    assert f'href="/sign-in?next={link}"' in page
    assert 'name="password"' not in page
    answer = submit(client, f"/sign-in?next={link}", email="rita@example.org", password=PASSWORD)
    assert answer.location == link


def test_a_link_works_once(client, app, invite):
    link = invite("zuri@example.org")
    submit(client, link, name="Zuri", password=PASSWORD)
    assert app.test_client().get(link).status_code == 410


def test_accepting_twice_gives_one_role(invite, rita):
    token = token_in(invite("rita@example.org"))
    rules.accept(token, by=rita)
    with pytest.raises(LinkSpent):
        rules.accept(token, by=rita)


def test_an_invitation_is_too_old_after_a_fortnight(client, invite):
    link = invite("zuri@example.org")
    with clock.at(clock.now() + timedelta(days=14, seconds=1)):
        answer = client.get(link)
    assert answer.status_code == 410
    assert "ask whoever invited you" in answer.text


def test_a_role_that_came_by_another_way_is_not_given_twice(invite, rita, lantern):
    token = token_in(invite("rita@example.org"))
    grant(rita, lantern, Role.MEMBER)
    with pytest.raises(AlreadyHeld):
        rules.accept(token, by=rita)


def test_a_role_that_needs_a_second_factor_leads_to_it(client, invite):
    submit(client, invite("zuri@example.org", Role.VETTER), name="Zuri", password=PASSWORD)
    asked = client.get("/a/lantern/team")
    assert asked.location == "/account/second-factor?next=/a/lantern/team"
    assert client.get(asked.location).location.startswith("/account/second-factor/set-up")
