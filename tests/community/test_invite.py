"""Inviting people to a team."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.rules import BadEmail
from campaigns.account.states import Role
from campaigns.community import queries, rules
from campaigns.community.models import Invitation
from campaigns.community.rules.team import AlreadyInvited, AlreadyThere, NoLongerOpen
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to

EMAIL = "zuri@example.org"
INVITED = {"email": EMAIL, "role": "vetter"}


@pytest.fixture
def invitation(lantern, amina):
    made = rules.invite(lantern, EMAIL, Role.VETTER, by=amina)
    db.session.commit()
    return made


def open_at(lantern):
    return db.session.scalars(queries.open_invitations(lantern.id)).all()


def test_an_organiser_invites_by_mail(sign_in, amina, lantern):
    client = sign_in(amina)
    answer = submit(client, "/a/lantern/team", **INVITED)
    assert answer.location == "/a/lantern/team"
    page = client.get("/a/lantern/team").text
    assert "Invitations that wait" in page
    assert EMAIL in page
    letter = letters_to(EMAIL)[0]
    assert letter.subject == "Amina invites you to Lantern"
    assert "vetter" in letter.text
    assert link_to(EMAIL, "/invitations/") in letter.text


@pytest.mark.parametrize("role", ["organiser", "member", "vetter", "safeguarding_officer", "treasurer"])
def test_each_role_of_a_community_can_be_offered(sign_in, amina, lantern, role):
    assert submit(sign_in(amina), "/a/lantern/team", email=EMAIL, role=role).status_code == 303
    assert [found.role for found in open_at(lantern)] == [Role(role)]


@pytest.mark.parametrize("role", ["moderator", "administrator", "company_admin", ""])
def test_no_other_role_can(sign_in, amina, lantern, role):
    assert submit(sign_in(amina), "/a/lantern/team", email=EMAIL, role=role).status_code == 422
    assert open_at(lantern) == []


def test_a_rule_too_refuses_a_role_of_vouch(lantern, amina):
    with pytest.raises(NotAllowed):
        rules.invite(lantern, EMAIL, Role.ADMINISTRATOR, by=amina)


@pytest.mark.parametrize("who", ["marta", "victor", "safiya", "tomas", "otto", "rita"])
def test_nobody_else_invites(request, lantern, who):
    with pytest.raises(NotAllowed):
        rules.invite(lantern, EMAIL, Role.MEMBER, by=request.getfixturevalue(who))


def test_a_member_sees_the_team_but_no_addresses_and_no_form(sign_in, amina, marta):
    page = sign_in(marta).get("/a/lantern/team").text
    assert "Amina" in page
    assert "amina@example.org" not in page
    assert "Invite somebody" not in page


def test_the_team_is_not_there_for_others(sign_in, otto, lantern):
    assert sign_in(otto).get("/a/lantern/team").status_code == 404


def test_an_address_that_is_none_is_refused_at_its_field(sign_in, amina, lantern):
    answer = submit(sign_in(amina), "/a/lantern/team", email="nowhere", role="vetter")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'value="nowhere"' in answer.text
    with pytest.raises(BadEmail):
        rules.invite(lantern, "nowhere", Role.VETTER, by=amina)


def test_a_role_already_held_is_not_offered_again(lantern, amina, victor):
    with pytest.raises(AlreadyThere):
        rules.invite(lantern, "Victor@example.org", Role.VETTER, by=amina)
    assert rules.invite(lantern, "victor@example.org", Role.MEMBER, by=amina).role is Role.MEMBER


@pytest.mark.both_databases
def test_the_same_invitation_is_not_sent_twice(lantern, amina, invitation):
    with pytest.raises(AlreadyInvited):
        rules.invite(lantern, "ZURI@example.org", Role.VETTER, by=amina)
    db.session.add(Invitation(organisation=lantern.organisation, email=EMAIL, role=Role.VETTER, invited_by_id=amina.id))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_sending_again_ends_the_first_link(sign_in, client, amina, invitation):
    first = link_to(EMAIL, "/invitations/")
    submit(sign_in(amina), "/a/lantern/team", to=f"/a/lantern/team/invitations/{invitation.id}/resend")
    second = link_to(EMAIL, "/invitations/")
    assert first != second
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_withdrawn_invitation_no_longer_works(sign_in, client, amina, lantern, invitation):
    link = link_to(EMAIL, "/invitations/")
    submit(sign_in(amina), "/a/lantern/team", to=f"/a/lantern/team/invitations/{invitation.id}/withdraw")
    assert client.get(link).status_code == 410
    assert open_at(lantern) == []
    with pytest.raises(NoLongerOpen):
        rules.withdraw(invitation, by=amina)
    with pytest.raises(NoLongerOpen):
        rules.resend(invitation, by=amina)


def test_after_withdrawing_one_can_invite_again(lantern, amina, invitation):
    rules.withdraw(invitation, by=amina)
    assert rules.invite(lantern, EMAIL, Role.VETTER, by=amina).id != invitation.id


@pytest.mark.parametrize("act", [rules.resend, rules.withdraw])
@pytest.mark.parametrize("who", ["marta", "tomas", "otto"])
def test_only_an_organiser_of_the_community_handles_its_invitations(request, invitation, act, who):
    with pytest.raises(NotAllowed):
        act(invitation, by=request.getfixturevalue(who))


@pytest.mark.parametrize("act", ["resend", "withdraw"])
def test_an_invitation_of_another_community_is_not_there(sign_in, otto, invitation, act):
    address = f"/a/harbour/team/invitations/{invitation.id}/{act}"
    assert submit(sign_in(otto), "/a/harbour/team", to=address).status_code == 404
    assert db.session.scalars(sa.select(Invitation.withdrawn_at)).one() is None
