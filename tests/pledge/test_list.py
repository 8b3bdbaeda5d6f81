"""The team's list of pledges, its table for a spreadsheet, and the messages that came with them."""

import csv
import io

import pytest

from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import NoMessage
from campaigns.pledge.states import InstalmentState, PledgeStatus
from tests.cast.browser import submit
from tests.cast.queries import counting

LIST = "/a/lantern/pledges"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 1_000_000)])


@pytest.fixture
def organiser(sign_in, amina):
    return sign_in(amina)


def first(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one().instalments[0]


def table(client, query=""):
    return list(csv.DictReader(io.StringIO(client.get(f"{LIST}.csv{query}").text)))


@pytest.mark.both_databases
def test_every_pledge_is_listed_with_what_is_due(organiser, campaign, a_pledge):
    pledge = a_pledge(campaign, 50_00, name="Petra Sponsor", organisation="Meridian Freight")

    page = organiser.get(LIST).text
    assert "Meridian Freight" in page
    assert "petra@example.org" in page
    assert "€50.00" in page
    assert first(pledge).reference in page


def test_the_list_can_be_narrowed_to_one_status(organiser, campaign, a_pledge):
    a_pledge(campaign, 10_00, name="Paid Already")
    a_pledge(campaign, 20_00, name="Still Due")
    rules.settle(first(db.session.query(Pledge).first()), db.session.query(Pledge).first().money)
    db.session.commit()

    page = organiser.get(f"{LIST}?status=fulfilled").text
    assert "Paid Already" in page
    assert "Still Due" not in page
    assert organiser.get(f"{LIST}?status=nonsense").status_code == 404


def test_each_status_that_occurs_has_a_tab_with_its_number(organiser, campaign, a_pledge):
    a_pledge(campaign, 10_00)
    a_pledge(campaign, 20_00)
    a_pledge(campaign, 30_00, confirmed=False)

    page = organiser.get(LIST).text
    assert f'href="{LIST}?status=confirmed"' in page
    assert f'href="{LIST}?status=promised"' in page
    assert f'href="{LIST}?status=lapsed"' not in page


def test_no_row_is_skipped_or_shown_twice_while_pledges_come_in(organiser, campaign, a_pledge):
    for number in range(25):
        a_pledge(campaign, 10_00, name=f"Sponsor {number:02}")
    page = organiser.get(LIST).text
    a_pledge(campaign, 10_00, name="Newcomer")
    older = page[: page.index('rel="next"') + 200].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")

    second = organiser.get(older).text
    shown = [f"Sponsor {number:02}" for number in range(25)]
    assert [name for name in shown if (name in page) == (name in second)] == []
    assert "Newcomer" not in second


@pytest.mark.parametrize("before", ["x", "", "-1", "0", "9" * 40, "1~2", "' OR 1=1"])
def test_an_unreadable_place_in_the_list_is_its_beginning_or_its_end(organiser, campaign, a_pledge, before):
    a_pledge(campaign, 10_00)

    assert organiser.get(LIST, query_string={"before": before}).status_code == 200


def test_the_list_asks_the_database_the_same_for_one_pledge_and_for_many(organiser, campaign, a_pledge):
    a_pledge(campaign, 10_00)
    with counting() as few:
        organiser.get(LIST)
    for _ in range(15):
        a_pledge(campaign, 10_00)
    with counting() as many:
        organiser.get(LIST)

    assert len(many) == len(few) <= 8


def test_an_empty_list_says_what_to_do_next(organiser):
    page = organiser.get(LIST).text

    assert "No pledges here yet" in page
    assert "Download" not in page


@pytest.mark.parametrize("address", [LIST, f"{LIST}.csv"])
@pytest.mark.parametrize(("who", "status"), [("tomas", 200), ("marta", 403), ("victor", 403), ("otto", 404)])
def test_organisers_and_treasurers_of_the_community_see_it(request, sign_in, lantern, address, who, status):
    assert sign_in(request.getfixturevalue(who)).get(address).status_code == status


def test_pledges_to_another_community_are_not_listed(organiser, a_campaign, a_pledge, harbour):
    a_pledge(a_campaign(community=harbour), 10_00, name="Elsewhere")

    assert "Elsewhere" not in organiser.get(LIST).text


@pytest.mark.both_databases
def test_the_table_has_a_row_for_each_pledge(organiser, campaign, a_pledge):
    pledge = a_pledge(campaign, 1_250_50, name="Petra Sponsor", show_name=False)

    row = table(organiser)[0]
    assert (row["amount"], row["currency"], row["paid"]) == ("1250.50", "EUR", "0.00")
    assert (row["name"], row["shown"], row["status"]) == ("Petra Sponsor", "anonymous", "confirmed")
    assert row["reference"] == first(pledge).reference
    assert row["pledge"] == pledge.ref


def test_the_table_is_narrowed_as_the_list_is(organiser, campaign, a_pledge):
    a_pledge(campaign, 10_00)
    a_pledge(campaign, 20_00, confirmed=False)

    assert [row["amount"] for row in table(organiser, "?status=promised")] == ["20.00"]
    assert len(table(organiser)) == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_table_is_a_formula(organiser, campaign, a_pledge, start):
    a_pledge(campaign, 10_00, name=f"{start}HYPERLINK(1)", organisation=f"{start}cmd|x")

    row = table(organiser)[0]
    assert not row["name"].startswith(start)
    assert not row["organisation"].startswith(start)


@pytest.fixture
def told(campaign, a_pledge):
    """A pledge that came with a message."""
    pledge = a_pledge(campaign, 10_00, name="Petra Sponsor")
    pledge.message = "Good luck, Amber!"
    db.session.commit()
    return pledge


def wall(campaign):
    return db.session.execute(queries.public_wall(campaign.id, 10)).all()


def test_a_message_is_public_only_after_somebody_of_the_team_put_it_there(organiser, campaign, told):
    assert wall(campaign)[0].message is None
    before = campaign.version

    answer = submit(organiser, LIST, to=f"{LIST}/{told.ref}/message", shown="yes")

    assert answer.status_code == 303
    assert wall(campaign)[0].message == "Good luck, Amber!"
    db.session.refresh(campaign)
    assert campaign.version == before + 1


def test_a_message_can_be_taken_off_again(organiser, campaign, told, amina):
    rules.show_message(told, True, by=amina)
    db.session.commit()
    submit(organiser, LIST, to=f"{LIST}/{told.ref}/message", shown="no")

    assert wall(campaign)[0].message is None


def test_a_pledge_without_a_message_has_nothing_to_show(campaign, a_pledge, amina):
    with pytest.raises(NoMessage):
        rules.show_message(a_pledge(campaign, 10_00), True, by=amina)


@pytest.mark.parametrize("who", ["victor", "safiya", "tomas", "otto"])
def test_only_advocates_put_messages_on_the_page(request, campaign, told, who):
    with pytest.raises(NotAllowed):
        rules.show_message(told, True, by=request.getfixturevalue(who))
    assert wall(campaign)[0].message is None


def test_a_message_to_another_community_cannot_be_found(sign_in, otto, told):
    client = sign_in(otto)

    assert submit(client, "/a/harbour/pledges", to=f"/a/harbour/pledges/{told.ref}/message").status_code == 404


@pytest.mark.both_databases
def test_the_wall_names_only_those_who_want_it_newest_first(campaign, a_pledge):
    with clock.at(clock.now()):
        a_pledge(campaign, 10_00, name="First", organisation="First Ltd")
    a_pledge(campaign, 20_00, name="Second", show_name=False)
    a_pledge(campaign, 30_00, name="Not Confirmed", confirmed=False)

    assert [(row.name, row.amount) for row in wall(campaign)] == [(None, 20_00), ("First Ltd", 10_00)]


def test_the_wall_drops_who_took_a_pledge_back_and_keeps_who_paid_a_part(campaign, a_pledge):
    gone, part = a_pledge(campaign, 10_00, name="Gone"), a_pledge(campaign, 20_00, name="Part")
    rules.settle(first(part), type(part.money)(5_00, "EUR"))
    rules.withdraw(db.session.scalars(queries.whole(gone.id)).one(), "x")
    rules.withdraw(db.session.scalars(queries.whole(part.id)).one(), "x")

    assert [(row.name, row.amount, row.paid) for row in wall(campaign)] == [("Part", 5_00, True)]
    assert first(gone).state is InstalmentState.CANCELLED
    assert gone.status is PledgeStatus.WITHDRAWN


def test_the_wall_shows_no_more_than_asked_for(campaign, a_pledge):
    for _ in range(4):
        a_pledge(campaign, 10_00)

    assert len(db.session.execute(queries.public_wall(campaign.id, 3)).all()) == 3
