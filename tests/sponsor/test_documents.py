"""The sponsor pack, and links for those who pay without an account."""

import io
import re
import zipfile
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.kit import clock, db, links
from campaigns.kit.errors import NotAllowed
from campaigns.notice.models import Notice
from campaigns.pledge.models import Instalment
from campaigns.remittance import rules as remittances
from campaigns.sponsor import rules
from campaigns.sponsor.models import FinanceLink
from campaigns.student.models import Application
from campaigns.student.states import ConsentEvent, Purpose
from tests.cast.browser import submit
from tests.cast.consent import add_consent
from tests.cast.queries import counting
from tests.site.conftest import pay, send

__all__ = ["pay", "send"]

PAGE = "/s/meridian-freight/documents"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def paid(campaign, a_pledge, meridian, pay, send):
    made = a_pledge(campaign, 500_00, company=meridian, organisation="Meridian Freight")
    pay(made)
    send(campaign, 300_00)
    return made


def let_sponsors_know():
    application = db.session.query(Application).one()
    for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
        how = "by telephone" if event is ConsentEvent.CHECKED else None
        add_consent(application, Purpose.SHARE_WITH_SPONSOR, event, by_guardian=True, checked_how=how)
    db.session.commit()


def unpacked(answer):
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: _text(name, archive.read(name)) for name in archive.namelist()}


def _text(name, data):
    if name.endswith(".pdf"):
        return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return data.decode()


def test_everything_is_in_one_download(sign_in, viola, finn, paid, campaign, a_pledge, meridian):
    let_sponsors_know()
    due = a_pledge(campaign, 100_00, company=meridian)
    (order,) = remittances.order(meridian, [_instalment(due)], by=finn)
    db.session.commit()
    pack = unpacked(sign_in(viola).get("/s/meridian-freight/pack.zip"))
    receipt = next(name for name in pack if name.startswith("receipts/"))
    assert "€500.00" in pack[receipt]
    assert paid.ref in pack["pledges.csv"]
    assert order.reference in pack["transfers.csv"]
    assert "Amber Heron" in pack["verification.pdf"]
    assert "a vetter" in pack["verification.pdf"]
    assert re.search(r"Amber Heron,Tuition,.*,300.00,EUR,.*,[0-9a-f]{64}", pack["school-payments.csv"])
    assert "There is no news yet" in pack["term-report.pdf"]


def _instalment(pledge):
    from campaigns.pledge.models import Instalment

    return db.session.query(Instalment).filter_by(pledge_id=pledge.id).one().id


def test_of_students_who_do_not_let_sponsors_know_it_tells_nothing(sign_in, viola, paid):
    pack = unpacked(sign_in(viola).get("/s/meridian-freight/pack.zip"))
    everything = " ".join(text for name, text in pack.items() if not name.startswith("receipts/"))
    assert [word for word in ("Amber", "Heron", "Canary", "Vita") if word in everything] == []
    assert "None of the students" in pack["verification.pdf"]


def test_no_cell_of_its_tables_is_a_formula(sign_in, viola, a_campaign, a_pledge, meridian):
    a_pledge(a_campaign(title='=HYPERLINK("http://evil","x")'), 10_00, company=meridian)
    pack = unpacked(sign_in(viola).get("/s/meridian-freight/pack.zip"))
    assert "'=HYPERLINK" in pack["pledges.csv"]


def test_published_news_are_its_term_report(sign_in, viola, paid, campaign, marta, safiya):
    from campaigns.update.models import Update
    from campaigns.update.states import UpdateState

    for title, state in (("Term has begun", UpdateState.PUBLISHED), ("Canary draft", UpdateState.DRAFT)):
        update = Update(organisation_id=campaign.organisation_id, campaign_id=campaign.id, author_id=marta.id)
        update.concerns_minor, update.title, update.body, update.body_html = False, title, "All *well*.", "<p>All</p>"
        update.content_hash, update.state = "0" * 64, state
        update.published_at = clock.now() if state is UpdateState.PUBLISHED else None
        db.session.add(update)
    db.session.commit()
    report = unpacked(sign_in(viola).get("/s/meridian-freight/pack.zip"))["term-report.pdf"]
    assert "Term has begun" in report
    assert "Canary" not in report


def test_another_companys_people_get_no_pack(sign_in, paid, a_user, a_company):
    odd = sign_in(a_user("Odd", (Role.COMPANY_ADMIN, a_company("Odd Ltd"))))
    assert odd.get("/s/meridian-freight/pack.zip").status_code == 404
    assert paid.ref not in unpacked(odd.get("/s/odd-ltd/pack.zip"))["pledges.csv"]


@pytest.fixture
def mailed(sign_in, finn):
    """Mail a link, and give its address."""

    def make():
        assert submit(sign_in(finn), PAGE, email="payer@meridian.example").status_code == 303
        text = db.session.query(Notice).filter_by(to="payer@meridian.example").one().text
        return re.search(r"/pay/\S+", text)[0]

    return make


@pytest.mark.both_databases
def test_a_link_shows_what_is_due_and_where_to_pay_it(client, mailed, finn, meridian, campaign, a_pledge):
    alone, together = (a_pledge(campaign, amount, company=meridian) for amount in (120_00, 80_00))
    (order,) = remittances.order(meridian, [_instalment(together)], by=finn)
    db.session.commit()
    address = mailed()
    page = client.get(address).text
    for words in ("€120.00", "€80.00", order.reference, "DE89 3704 0044 0532 0130 00", "Lantern e.V."):
        assert words in page
    assert client.get(address).status_code == 200  # as often as it is followed
    assert (
        "no-store" in client.get(address).headers["Cache-Control"]
        or "private" in client.get(address).headers["Cache-Control"]
    )
    assert alone.ref in unpacked(client.get(f"{address}/pack.zip"))["pledges.csv"]


def test_it_asks_the_database_the_same_for_one_transfer_and_for_many(
    client, mailed, finn, meridian, campaign, a_pledge
):
    def prepare():
        pledge = a_pledge(campaign, 20_00, company=meridian)
        due = db.session.scalars(sa.select(Instalment.id).where(Instalment.pledge_id == pledge.id)).one()
        remittances.order(meridian, [due], by=finn)
        db.session.commit()

    address = mailed()
    prepare()
    with counting() as one:
        assert client.get(address).status_code == 200
    for _ in range(4):
        prepare()
    with counting() as many:
        page = client.get(address).text
    assert page.count("One transfer to") == 5
    assert len(many) == len(one) <= 9


def test_it_gives_no_link_that_acts(client, mailed, meridian, campaign, a_pledge):
    pledge = a_pledge(campaign, 120_00, company=meridian)
    page = client.get(mailed()).text
    assert links.sign("pledge", pledge.ref) not in page
    assert "/s/meridian" not in page
    assert "<form" not in page


def test_it_ends_by_itself(client, mailed, paid):
    address = mailed()
    with clock.at(clock.now() + timedelta(days=31)):
        assert client.get(address).status_code == 410
        assert client.get(f"{address}/pack.zip").status_code == 410


def test_it_is_taken_back_at_once(client, sign_in, finn, mailed, paid):
    address = mailed()
    number = db.session.query(FinanceLink).one().id
    assert submit(sign_in(finn), PAGE, to=f"{PAGE}/links/{number}/revoke").status_code == 303
    answer = client.get(address)
    assert answer.status_code == 410
    assert "Meridian" not in answer.text
    assert client.get(f"{address}/pack.zip").status_code == 410


@pytest.mark.parametrize("token", ["x", "pledge", "A" * 43])
def test_a_made_up_link_opens_nothing(client, meridian, token):
    assert client.get(f"/pay/{token}").status_code == 410


def test_a_viewer_mails_no_link_and_takes_none_back(sign_in, viola, finn, meridian):
    made = rules.open_link(meridian, "payer@meridian.example", by=finn)
    db.session.commit()
    browser = sign_in(viola)
    assert "Mail a link" not in browser.get(PAGE).text
    for act in (
        lambda: rules.open_link(meridian, "x@example.org", by=viola),
        lambda: rules.revoke_link(made, by=viola),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert made.is_open


def test_a_link_of_another_company_is_not_taken_back_here(sign_in, finn, meridian, a_user, a_company):
    made = rules.open_link(meridian, "payer@meridian.example", by=finn)
    db.session.commit()
    odd = sign_in(a_user("Odd", (Role.COMPANY_ADMIN, a_company("Odd Ltd"))))
    page = odd.get("/s/odd-ltd/documents").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    answer = odd.post(f"/s/odd-ltd/documents/links/{made.id}/revoke", data={"csrf_token": token})
    assert answer.status_code == 404
