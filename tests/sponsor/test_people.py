"""Who belongs to a company."""

import re

import pytest

from campaigns.account.states import Role
from campaigns.community import rules
from campaigns.community.rules.team import LastAdmin
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.notice.models import Notice
from tests.cast.browser import submit


def test_an_admin_invites_and_the_invited_lands_in_the_workspace(sign_in, cora, rita):
    browser = sign_in(cora)
    answer = submit(browser, "/s/meridian-freight/people", email=rita.email, role="company_viewer")
    assert answer.status_code == 303
    text = db.session.query(Notice).filter_by(to=rita.email).one().text
    path = re.search(r"/invitations/\S+", text)[0]
    joined = submit(sign_in(rita), path)
    assert joined.headers["Location"] == "/s/meridian-freight/"
    assert sign_in(rita).get("/s/meridian-freight/").status_code == 200
    assert "/s/meridian-freight/people" in db.session.query(Notice).filter_by(to=cora.email).one().text


@pytest.mark.parametrize("who", ["finn", "viola", "amina", "mo"])
def test_nobody_else_invites(request, meridian, cora, who):
    with pytest.raises(NotAllowed):
        rules.invite(meridian, "x@example.org", Role.COMPANY_VIEWER, by=request.getfixturevalue(who))


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.TREASURER, Role.ADMINISTRATOR])
def test_a_company_gives_no_other_roles(meridian, cora, role):
    with pytest.raises(NotAllowed):
        rules.invite(meridian, "x@example.org", role, by=cora)


def test_a_community_gives_no_roles_of_a_company(lantern, amina):
    with pytest.raises(NotAllowed):
        rules.invite(lantern, "x@example.org", Role.COMPANY_ADMIN, by=amina)


def test_an_administrator_invites_the_first_admin_and_sees_nothing_else(sign_in, ada, meridian):
    browser = sign_in(ada)
    assert "Invite the first admin" in browser.get("/s/meridian-freight/people").text
    answer = submit(browser, "/s/meridian-freight/people", email="first@meridian.example", role="company_admin")
    assert answer.status_code == 303
    for page in ("", "pledges", "asks", "pay"):
        assert browser.get(f"/s/meridian-freight/{page}").status_code == 404


def test_the_last_admin_stays(sign_in, cora, finn):
    membership = next(iter(cora.memberships))
    with pytest.raises(LastAdmin):
        rules.end_membership(membership, by=cora)
    page = submit(sign_in(cora), f"/s/meridian-freight/people/{membership.id}/end")
    assert page.status_code == 422
    assert "Invite another one first" in page.text


def test_who_was_taken_out_sees_nothing_any_more(sign_in, cora, finn):
    membership = next(iter(finn.memberships))
    assert submit(sign_in(cora), f"/s/meridian-freight/people/{membership.id}/end").status_code == 303
    assert sign_in(finn).get("/s/meridian-freight/").status_code == 404


def test_somebody_of_another_company_is_not_reached_here(sign_in, cora, a_company, a_user):
    other = a_user("Odd", (Role.COMPANY_ADMIN, a_company("Odd Ltd")))
    membership = next(iter(other.memberships))
    assert sign_in(cora).get(f"/s/meridian-freight/people/{membership.id}/end").status_code == 404
