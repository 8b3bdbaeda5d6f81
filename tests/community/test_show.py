"""A community's public page."""

from campaigns.kit import db
from tests.cast.queries import at_most


def test_anyone_sees_what_a_community_is_and_where_its_campaigns_are(client, lantern):
    page = client.get("/communities/lantern").text
    assert "Lantern speaks up for students." in page
    assert "Kenya" in page
    assert 'href="/campaigns?community=lantern"' in page
    assert 'href="/apply/lantern"' in page


def test_a_community_that_takes_no_applications_does_not_offer_to(client, lantern):
    lantern.accepts_applications = False
    db.session.commit()
    assert "/apply/lantern" not in client.get("/communities/lantern").text


def test_bank_details_are_not_public(client, lantern):
    page = client.get("/communities/lantern").text
    assert lantern.iban not in page
    assert lantern.payee not in page


def test_the_page_carries_no_session_and_can_be_cached(client, lantern):
    answer = client.get("/communities/lantern")
    assert "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    again = client.get("/communities/lantern", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_people_write_is_text_and_not_code(client, lantern):
    lantern.about = "**Bold** <script>alert(1)</script>"
    db.session.commit()
    page = client.get("/communities/lantern").text
    assert "<strong>Bold</strong>" in page
    assert "<script>" not in page


def test_an_unknown_community_is_not_there(client, school):
    assert client.get("/communities/nowhere").status_code == 404
    assert client.get(f"/communities/{school.slug}").status_code == 404


def test_one_query_is_enough(client, lantern):
    db.session.expire_all()
    with at_most(1):
        client.get("/communities/lantern")
