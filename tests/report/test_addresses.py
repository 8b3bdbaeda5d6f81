"""Sponsors, signers and followers get what is held about their address, and can be forgotten; the book stays."""

import io
import json
import zipfile

import pytest

from campaigns.ask.models import Ask, Signature
from campaigns.cli import check
from campaigns.kit import clock, crypto, db, journal
from campaigns.kit.links import LinkSpent
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice, Subscription
from campaigns.pledge.models import Instalment, Pledge
from campaigns.report.rules import addresses
from tests.cast.browser import submit
from tests.cast.letters import link_to

PETRA = "petra@example.org"


@pytest.fixture
def petra(campaign, letter, a_pledge):
    """Everything of a sponsor who has also signed and follows."""
    pledge = a_pledge(campaign, 50_00, name="Petra Sponsor", email=PETRA, organisation="Petra Ltd")
    pledge.message = "Good luck, from Petra"
    notice.subscribe(f"campaign:{campaign.id}", PETRA, confirmed=True)
    db.session.add(
        Signature(
            letter_id=letter.id, ask_id=letter.ask_id, email=PETRA, email_hash=crypto.fingerprint(PETRA),
            shown_as="Petra P.", confirmed_at=clock.now(),
        )
    )  # fmt: skip
    db.session.get_one(Ask, letter.ask_id).signature_count = 1
    db.session.commit()
    return pledge


def opened(data: bytes) -> dict[str, bytes]:
    with io.BytesIO(data) as source, zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestAsking:
    @pytest.mark.parametrize("address", [PETRA, "nobody.we.know@example.org"])
    def test_every_address_gets_the_same_answer_and_a_link(self, client, petra, address):
        answer = submit(client, "/privacy/data", email=address, follow=True)

        assert f"We have sent a link to {address}" in answer.text
        assert link_to(address, "/privacy/data/")

    def test_what_is_no_address_is_said_and_kept(self, client):
        answer = submit(client, "/privacy/data", email="petra")
        assert answer.status_code == 422
        assert 'value="petra"' in answer.text

    def test_a_link_that_is_an_hour_old_is_spent(self, client, petra):
        submit(client, "/privacy/data", email=PETRA)
        link = link_to(PETRA, "/privacy/data/")
        with clock.at(clock.now() + addresses.LASTS):
            assert client.get(link).status_code == 410


class TestTelling:
    def test_the_link_gives_everything_about_the_address(self, client, petra):
        submit(client, "/privacy/data", email=PETRA)
        link = link_to(PETRA, "/privacy/data/")

        files = opened(submit(client, link).data)
        tables = {name: each["rows"] for name, each in json.loads(files["data.json"])["tables"].items()}

        assert tables["pledge"][0]["message"] == "Good luck, from Petra"
        assert tables["instalment"][0]["amount"] == 50_00
        assert tables["signature"][0]["shown_as"] == "Petra P."
        assert len(tables["subscription"]) == 1
        assert "What we hold about you" in tables["notice"][0]["subject"]
        assert b"Petra Ltd" in files["index.html"]

    def test_nothing_of_anybody_else(self, petra, campaign, a_pledge):
        a_pledge(campaign, 10_00, name="Someone Other", email="other@example.org")
        assert "other@example.org" not in json.dumps(addresses.told_of(PETRA))


class TestForgetting:
    def forgotten(self, client, word: str = "erase"):
        submit(client, "/privacy/data", email=PETRA)
        link = link_to(PETRA, "/privacy/data/")
        answer = submit(client, link, to=f"{link}/erase", word=word)
        db.session.expire_all()
        return link, answer

    def test_name_address_and_message_go_and_amounts_stay(self, client, petra):
        _, answer = self.forgotten(client)

        assert "You are erased" in answer.text
        pledge = db.session.get_one(Pledge, petra.id)
        assert (pledge.name, pledge.organisation_name, pledge.message) == ("Anonymous", None, None)
        assert pledge.email.endswith("@erased.invalid")
        assert (pledge.amount, pledge.show_name) == (50_00, False)
        assert db.session.query(Instalment).filter_by(pledge_id=pledge.id).one().amount == 50_00
        assert db.session.query(Subscription).count() == db.session.query(Notice).filter_by(to=PETRA).count() == 0
        signature = db.session.query(Signature).one()
        assert (signature.email, signature.shown_as) == ("", "")
        assert addresses.known() & {PETRA} == set()
        db.session.rollback()
        assert check.problems() == []

    def test_the_page_of_the_campaign_does_not_name_the_sponsor_any_more(self, client, petra):
        assert "Petra Ltd" in client.get("/c/a-nurse").text
        self.forgotten(client)
        assert "Petra" not in client.get("/c/a-nurse").text

    def test_without_the_word_nothing_happens(self, client, petra):
        _, answer = self.forgotten(client, word="yes")
        assert answer.status_code == 422
        assert db.session.get_one(Pledge, petra.id).email == PETRA

    def test_the_link_works_once(self, client, petra):
        link, _ = self.forgotten(client)
        assert client.get(link).status_code == 410
        with pytest.raises(LinkSpent):
            addresses.erase(link.rpartition("/")[2])

    def test_nobody_writes_to_it_again(self, client, petra):
        self.forgotten(client)
        to = db.session.get_one(Pledge, petra.id).email
        assert not notice.send(to, "report/mail/address", key="x", url="http://x", why="")
        assert db.session.query(Notice).filter_by(to=to).count() == 0

    def test_the_journal_knows_it_by_a_keyed_hash_and_applies_it_again(self, app, client, petra):
        self.forgotten(client)
        [line] = journal.read()
        assert line == f"address {crypto.fingerprint(PETRA)}"

        restored = db.session.get_one(Pledge, petra.id)
        restored.email, restored.name = PETRA, "Petra Sponsor"
        db.session.commit()
        assert "1 erased again" in app.test_cli_runner().invoke(args=["reapply-erasures"]).output
        db.session.expire_all()
        assert db.session.get_one(Pledge, petra.id).name == "Anonymous"
