"""Founding a community."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.community import queries, rules
from campaigns.community.models import Community
from campaigns.community.rules.founding import AboutTooLong, BadName, NameTaken
from campaigns.community.states import BRINGS, CommunityKind
from campaigns.kit import db
from tests.cast.browser import submit

GIVEN = {"name": "Seeds of Kisumu", "kind": "advocate", "country": "KE", "currency": "KES", "about": "We stand up."}


def test_whoever_founds_a_community_organises_it(sign_in, rita):
    answer = submit(sign_in(rita), "/communities/new", **GIVEN)
    assert answer.location == "/a/seeds-of-kisumu/team"
    community = db.session.scalars(queries.by_slug("seeds-of-kisumu")).one()
    assert (community.kind, community.currency, community.organisation.country) == (CommunityKind.ADVOCATE, "KES", "KE")
    assert not community.accepts_applications
    assert rita.roles_in(community.id) == {Role.ORGANISER}


def test_the_founder_is_led_to_the_team(sign_in, rita):
    page = submit(sign_in(rita), "/communities/new", follow=True, **GIVEN)
    assert page.status_code == 200
    assert "Seeds of Kisumu is founded" in page.text
    assert "Invite somebody" in page.text


@pytest.mark.parametrize("kind", list(CommunityKind))
def test_each_kind_says_what_it_brings(client, rita, kind):
    rules.create("Seeds", kind, "KE", "KES", "", by=rita)
    db.session.commit()
    assert BRINGS[kind] in client.get("/communities/seeds").text


def test_a_double_click_founds_one(sign_in, rita):
    client = sign_in(rita)
    submit(client, "/communities/new", **GIVEN)
    second = submit(client, "/communities/new", **GIVEN)
    assert second.status_code == 422
    assert "already a community of this name" in second.text
    assert len(db.session.scalars(sa.select(Community)).all()) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["Lantern", "LANTERN", "  lantern "])
def test_a_name_is_used_once(lantern, rita, name):
    with pytest.raises(NameTaken):
        rules.create(name, CommunityKind.SOCIAL, "KE", "KES", "", by=rita)


@pytest.mark.parametrize("name", ["", "ab", "x" * 101, "Seeds\u202eof", "a\x00bc"])
def test_a_name_can_be_read(rita, name):
    with pytest.raises(BadName):
        rules.create(name, CommunityKind.SOCIAL, "KE", "KES", "", by=rita)


def test_a_description_has_an_end(rita):
    with pytest.raises(AboutTooLong):
        rules.create("Seeds", CommunityKind.SOCIAL, "KE", "KES", "x" * 5001, by=rita)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "Enter a name."),
        ({"kind": "cult"}, "Not a valid choice"),
        ({"country": ""}, "Choose a country."),
        ({"country": "XX"}, "Not a valid choice"),
        ({"currency": "BTC"}, "Not a valid choice"),
        ({"about": "x" * 5001}, "at most 5,000"),
    ],
)
def test_a_mistake_keeps_what_was_typed(sign_in, rita, changed, message):
    answer = submit(sign_in(rita), "/communities/new", **GIVEN | changed)
    assert answer.status_code == 422
    assert message in answer.text
    if "name" not in changed:
        assert 'value="Seeds of Kisumu"' in answer.text
    assert db.session.scalars(sa.select(Community)).all() == []


def test_an_account_is_needed(client):
    assert client.get("/communities/new").location == "/sign-in?next=/communities/new"
