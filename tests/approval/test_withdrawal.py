"""Consent that is taken back reaches everything: pages, feeds, lists, search, the map of the site, pictures, mails."""

import pytest
import sqlalchemy as sa

from campaigns.ask import rules as asks
from campaigns.campaign.rules.consent import ConsentMissing
from campaigns.file import rules as files
from campaigns.kit import crypto, db, queue, storage
from campaigns.kit.money import Money
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from campaigns.notice.states import NoticeState
from campaigns.student import rules as students
from campaigns.student.models import Application, Consent
from campaigns.student.states import ConsentEvent, Purpose
from campaigns.update import rules as updates
from tests.cast.approvals import NO, approve_campaign
from tests.cast.pictures import a_photo

TITLE = "A nurse for Western Kenya"
LETTER = "We ask you to stand behind Amber Heron, who wants to become a nurse. " * 3


@pytest.fixture
def everything(a_campaign, a_company, amina, marta, victor, safiya):
    """One of everything that can be public, with a cover that shows the student and mails that have not left."""
    campaign = a_campaign(slug="nurse", title=TITLE)
    application = db.session.scalars(sa.select(Application)).one()
    _agree_to_picture(application)
    cover = _cover(campaign, amina)
    ask = _public_letter(campaign, a_company(), amina, victor, safiya)
    update = updates.create(campaign, title="Amber is back", body="Good.", minor=True, once=crypto.token(), by=marta)
    db.session.flush()
    updates.send_for_review(update, by=marta)
    for reader in (victor, safiya):
        updates.approve(update, seen=update.content_hash, answers=NO, by=reader)
    notice.subscribe(f"campaign:{campaign.id}", "petra@example.org", confirmed=True)
    db.session.commit()
    updates.mail_followers()
    addresses = ["/c/nurse", "/c/nurse/ledger", "/c/nurse/ledger.csv", "/c/nurse/updates.atom", "/c/nurse/follow"]
    addresses += [f"/c/nurse/updates/{update.id}", f"/asks/{ask.ref}", f"/f/{cover.ref}", f"/f/{cover.ref}/card"]
    return application, addresses, cover


def _agree_to_picture(application):
    row = {"application_id": application.id, "purpose": Purpose.PUBLISH_IMAGE, "by_guardian": True}
    row |= {"giver_name": "Canary Guardian", "relation": "mother", "wording": "I agree.", "wording_hash": "0" * 64}
    until = db.session.scalars(sa.select(Consent.expires_at)).first()
    for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
        db.session.add(Consent(event=event, expires_at=until, **row))


def _cover(campaign, by):
    cover = files.keep_image(a_photo(), organisation_id=campaign.organisation_id, by=by)
    campaign.concerns_minor = False  # while the row is made; two have approved it in the end
    campaign.cover, campaign.cover_alt, campaign.cover_shows_student = cover, "Amber reads", True
    files.publish(cover)
    approve_campaign(campaign)
    campaign.concerns_minor = True
    db.session.flush()
    return cover


def _public_letter(campaign, company, author, *readers):
    draft = asks.Draft("Rosa Reader", "rosa@meridian.example", Money(100_00, "EUR"), "Will you?", LETTER)
    ask = asks.create(campaign, company, draft, by=author)
    db.session.flush()
    for reader in readers:
        asks.approve(ask, version=1, answers=NO, by=reader)
    asks.send(ask, by=author)
    ask.public_at, ask.state = ask.quiet_until, "public"
    db.session.flush()
    return ask


def take_back(application, purpose):
    students.withdraw(application, purpose, by=None)
    db.session.commit()


def status(client, addresses):
    return {address: client.get(address).status_code for address in addresses}


LISTS = ("/", "/campaigns", "/campaigns?q=nurse", "/sitemap.xml", "/communities/lantern")


@pytest.mark.both_databases
def test_withdrawal_reaches_every_page_at_once_and_pictures_and_mails_with_the_next_sweep(everything, client):
    application, addresses, _ = everything
    for name, code in status(client, addresses).items():
        assert code == 200, name
    assert TITLE in client.get("/campaigns?q=nurse").text
    take_back(application, Purpose.PUBLISH_TEXT)
    at_once = status(client, [address for address in addresses if not address.startswith("/f/")])
    assert set(at_once.values()) <= {404, 410}, at_once
    for page in LISTS:
        found = client.get(page).text
        assert TITLE not in found, page
        assert "Amber" not in found, page
        assert "/c/nurse" not in found, page
    queue.run_all()
    assert set(status(client, addresses).values()) <= {404, 410}
    for address in addresses:
        assert "Amber" not in client.get(address).text


@pytest.mark.both_databases
def test_mails_that_have_not_left_are_called_back_and_never_leave(everything):
    application, _, _ = everything
    about = sa.or_(Notice.key.startswith("update:"), Notice.key.startswith("ask.letter:"))
    assert len(db.session.scalars(sa.select(Notice).where(about)).all()) == 2
    take_back(application, Purpose.PUBLISH_TEXT)
    queue.run_all()
    assert db.session.scalars(sa.select(Notice).where(about)).all() == []
    assert db.session.scalars(sa.select(Notice).where(Notice.state == NoticeState.SENT, about)).all() == []


def test_mails_of_other_campaigns_leave(everything):
    queue.run_all()
    kept = sa.select(Notice.state).where(Notice.key.startswith("update:"))
    assert db.session.scalars(kept).all() == [NoticeState.SENT]


@pytest.mark.both_databases
def test_consent_to_the_picture_alone_takes_the_picture_alone(everything, client):
    application, addresses, cover = everything
    key, ref = cover.key, cover.ref
    take_back(application, Purpose.PUBLISH_IMAGE)
    assert ref not in client.get("/c/nurse").text
    queue.run_all()
    gone = {f"/f/{ref}", f"/f/{ref}/card"}
    for address, code in status(client, addresses).items():
        assert code == (404 if address in gone else 200), address
    assert not storage.current().exists(key)
    assert not storage.current().exists(f"card/{key}")


def test_a_cover_comes_back_with_the_consent_to_its_page(everything, client, safiya):
    application, _, cover = everything
    ref = cover.ref
    take_back(application, Purpose.PUBLISH_TEXT)
    queue.run_all()
    assert client.get(f"/f/{ref}").status_code == 404
    students.renew(application, {Purpose.PUBLISH_TEXT}, {Purpose.PUBLISH_TEXT})
    students.check(application, {Purpose.PUBLISH_TEXT}, how="By telephone", by=safiya)
    db.session.commit()
    queue.run_all()
    assert client.get(f"/f/{ref}").status_code == 200


def test_a_letter_is_neither_sent_nor_published_without_consent(a_campaign, a_company, amina, victor, safiya):
    campaign = a_campaign()
    draft = asks.Draft("Rosa Reader", "rosa@meridian.example", Money(100_00, "EUR"), "Will you?", LETTER)
    ask = asks.create(campaign, a_company(), draft, by=amina)
    db.session.flush()
    for reader in (victor, safiya):
        asks.approve(ask, version=1, answers=NO, by=reader)
    db.session.commit()
    take_back(db.session.scalars(sa.select(Application)).one(), Purpose.PUBLISH_TEXT)
    with pytest.raises(ConsentMissing):
        asks.send(ask, by=amina)
