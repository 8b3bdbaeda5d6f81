"""What a community says of itself, and whether it takes applications."""

import pytest

from campaigns.community import rules
from campaigns.community.rules.founding import AboutTooLong
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from tests.cast.browser import submit


def test_an_organiser_changes_the_public_page(sign_in, client, amina, lantern):
    answer = submit(sign_in(amina), "/a/lantern/settings", about="We light the way.")
    assert answer.location == "/a/lantern/settings"
    db.session.refresh(lantern)
    assert (lantern.about, lantern.accepts_applications) == ("We light the way.", False)
    assert "We light the way." in client.get("/communities/lantern").text


def test_taking_applications_is_ticked(sign_in, amina, lantern):
    submit(sign_in(amina), "/a/lantern/settings", about="", accepts_applications="y")
    db.session.refresh(lantern)
    assert lantern.accepts_applications


def test_too_long_a_description_is_refused_and_kept(sign_in, amina, lantern):
    answer = submit(sign_in(amina), "/a/lantern/settings", about="x" * 5001)
    assert answer.status_code == 422
    assert "x" * 5001 in answer.text
    with pytest.raises(AboutTooLong):
        rules.describe(lantern, "x" * 5001, True, by=amina)


@pytest.mark.parametrize("who", ["marta", "victor", "safiya", "tomas", "otto", "rita"])
def test_only_an_organiser_does(request, lantern, who):
    with pytest.raises(NotAllowed):
        rules.describe(lantern, "Mine now", True, by=request.getfixturevalue(who))


def test_a_member_sees_the_settings_without_a_form(sign_in, marta):
    page = sign_in(marta).get("/a/lantern/settings").text
    assert "An organiser can change" in page
    assert "DE89" not in page
    assert "3000" not in page


def test_a_member_who_sends_the_form_anyway_is_refused(sign_in, marta, lantern):
    assert submit(sign_in(marta), "/a/lantern/team", to="/a/lantern/settings", about="Mine now").status_code == 403
    db.session.refresh(lantern)
    assert lantern.about == "Lantern speaks up for students."


def test_other_communities_settings_are_not_there(sign_in, otto, lantern):
    assert sign_in(otto).get("/a/lantern/settings").status_code == 404
