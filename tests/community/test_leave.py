"""Ending a role."""

import pytest
import sqlalchemy as sa

from campaigns.account.models import Membership
from campaigns.account.states import Role
from campaigns.community import rules
from campaigns.community.rules.team import LastOrganiser
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from tests.cast.browser import submit


def role_of(user):
    return db.session.scalars(sa.select(Membership).where(Membership.user_id == user.id)).one()


def end_page(user):
    return f"/a/lantern/team/{role_of(user).id}/end"


def test_an_organiser_ends_a_role_after_being_asked(sign_in, amina, marta, lantern):
    client = sign_in(amina)
    asked = client.get(end_page(marta))
    assert "End this role?" in asked.text
    assert role_of(marta).ended_at is None
    answer = submit(client, end_page(marta))
    assert answer.location == "/a/lantern/team"
    assert role_of(marta).ended_at is not None


def test_whoever_lost_the_last_role_is_out_at_the_next_request(sign_in, amina, marta):
    client = sign_in(marta)
    assert client.get("/a/lantern/team").status_code == 200
    rules.end_membership(role_of(marta), by=amina)
    db.session.commit()
    assert client.get("/a/lantern/team").status_code == 404


def test_one_can_give_up_ones_own_role(sign_in, marta):
    answer = submit(sign_in(marta), end_page(marta))
    assert answer.location == "/account"
    assert role_of(marta).ended_at is not None


@pytest.mark.parametrize("who", ["victor", "safiya", "tomas", "otto", "rita"])
def test_nobody_else_ends_a_role(request, marta, who):
    with pytest.raises(NotAllowed):
        rules.end_membership(role_of(marta), by=request.getfixturevalue(who))


@pytest.mark.both_databases
def test_the_last_organiser_stays(amina):
    with pytest.raises(LastOrganiser):
        rules.end_membership(role_of(amina), by=amina)


def test_the_last_organiser_is_told_why(sign_in, amina):
    answer = submit(sign_in(amina), end_page(amina))
    assert answer.status_code == 422
    assert "keeps at least one organiser" in answer.text
    assert role_of(amina).ended_at is None


def test_one_of_two_organisers_can_go_but_not_both(a_user, amina, lantern):
    second = a_user("Second", (Role.ORGANISER, lantern))
    rules.end_membership(role_of(amina), by=second)
    with pytest.raises(LastOrganiser):
        rules.end_membership(role_of(second), by=second)


def test_an_organiser_elsewhere_does_not_count(amina, otto):
    with pytest.raises(LastOrganiser):
        rules.end_membership(role_of(otto), by=otto)


def test_a_role_in_another_community_is_not_there(sign_in, amina, otto):
    assert sign_in(amina).get(f"/a/lantern/team/{role_of(otto).id}/end").status_code == 404


def test_a_role_ends_once(sign_in, amina, marta):
    client, address = sign_in(amina), end_page(marta)
    submit(client, address)
    assert client.get(address).status_code == 404
