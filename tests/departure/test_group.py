"""A campaign for several students: verified, unnamed, and told apart by nobody who has not pledged for them."""

import re

import pytest
import sqlalchemy as sa

from campaigns.campaign import jobs
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import write
from campaigns.campaign.rules.budget import SMALL, budget
from campaigns.campaign.rules.words import NamesOne, Words
from campaigns.campaign.states import CampaignState
from campaigns.departure import rules
from campaigns.departure.rules.replace import BadNeeds, OneStudent
from campaigns.kit import clock, crypto, db, links
from campaigns.student.models import Application, Need
from campaigns.student.states import ConsentEvent, Purpose, Stage
from tests.cast.consent import consent_step
from tests.cast.queries import at_most
from tests.departure.conftest import ALIASES, lines_of, needs_of, student_of

WITHDRAWN, CHECKED = ConsentEvent.WITHDRAWN, ConsentEvent.CHECKED
SHARE, TEXT = Purpose.SHARE_WITH_SPONSOR, Purpose.PUBLISH_TEXT


class Line:
    """A line as the public budget reads it."""

    def __init__(self, student, kind, amount, *, term="Term 1", shown=True, gone=False):
        self.application_id, self.kind, self.amount, self.term, self.shown, self.gone = (
            student, kind, amount, term, shown, gone,
        )  # fmt: skip
        self.label, self.alias, self.currency = f"{kind} of {student}", f"Bird {student}", "EUR"
        self.pledged = self.disbursed = self.proven = self.asked_again = self.agreed = 0
        self.expired_at = self.confirmed_on = None


def rows(*lines):
    return {(row.label, row.term): row.amount for row in budget(lines).rows}


def public(client, campaign, path=""):
    return client.get(f"/c/{campaign.slug}{path}")


def own_page(client, pledge):
    return client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text


class TestTheBudget:
    def test_costs_of_several_are_summed_by_kind_and_term(self):
        lines = [Line(s, "tuition", 100, term=t) for s in (1, 2) for t in ("Term 1", "Term 2")]
        assert rows(*lines) == {("School fees", "Term 1"): 200, ("School fees", "Term 2"): 200}

    def test_a_term_of_one_student_is_not_told_apart(self):
        lines = [Line(1, "tuition", 100, term="Term 1"), Line(2, "tuition", 70, term="Term 2")]
        assert rows(*lines) == {("School fees", ""): 170}

    def test_a_cost_of_one_student_stands_among_others_that_hide_it(self):
        lines = [Line(1, "tuition", 100), Line(2, "tuition", 70), Line(1, "books", 9), Line(2, "books", 8)]
        assert rows(*lines, Line(1, "device", 55)) == {("School fees", "Term 1"): 170, ("Other costs", ""): 72}

    def test_what_is_pledged_for_who_is_shown_no_more_stands_among_others(self):
        lines = [Line(1, "tuition", 100), Line(2, "tuition", 70), Line(3, "tuition", 60, shown=False)]
        assert rows(*lines) == {("Other costs", ""): 230}

    @pytest.mark.parametrize("students", [2, 9, 10, 14])
    def test_they_are_counted_from_ten_on(self, students):
        said = budget([Line(s, "tuition", 100) for s in range(students)]).group
        assert (str(students) in said) is (students >= SMALL)
        assert "verified" in said

    def test_those_who_are_shown_no_more_are_not_counted(self):
        lines = [Line(s, "tuition", 100, shown=s > 0) for s in range(SMALL)]
        assert "small" in budget(lines).group

    def test_whatever_the_lines_every_row_stands_for_two_and_they_add_up(self):
        lines = [Line(s % 3, kind, 10 + s) for s, kind in enumerate(("tuition", "books", "device", "other", "tuition"))]
        found = budget(lines).rows
        assert sum(row.amount for row in found) == sum(line.amount for line in lines)
        assert all(len(row.students) > 1 for row in found)

    def test_of_one_student_each_line_is_shown(self):
        found = budget([Line(1, "tuition", 100), Line(1, "books", 9)])
        assert [(row.alias, row.amount) for row in found.rows] == [("Bird 1", 100), ("Bird 1", 9)]
        assert not found.group


@pytest.fixture
def group(a_group):
    return a_group(
        [("Tuition", 90_000), ("Books", 5_000)], [("Tuition", 80_000), ("Books", 4_000)], [("Tuition", 70_000)]
    )


def test_nobody_of_a_group_can_be_told_apart_in_public(client, group, a_pledge):
    a_pledge(group, 20_000)
    paths = ("", "/ledger", "/ledger.csv", "/updates.atom", "/pledge")
    seen = "".join(public(client, group, path).text for path in paths)
    seen += client.get("/campaigns").text + client.get("/").text + client.get("/sitemap.xml").text
    for private in (*ALIASES, "Western", "Secondary", "Mwangaza", "of the student", "900.00", "700.00"):
        assert private not in seen, private
    assert "a small verified group of students" in seen
    assert "2,400.00" in seen


@pytest.mark.both_databases
def test_who_withdraws_is_gone_at_the_next_request_and_the_others_go_on(client, group):
    before = public(client, group).text
    consent_step(student_of(group), TEXT, WITHDRAWN)
    after = public(client, group)
    assert after.status_code == 200
    assert after.text != before
    assert "Other costs" in after.text


def test_and_leaves_the_goal_with_what_nobody_has_pledged(group, a_pledge, in_order):
    a_pledge(group, 60_000)
    consent_step(student_of(group), TEXT, WITHDRAWN)
    jobs.follow_withdrawn_consent()
    jobs.follow_withdrawn_consent()
    db.session.expire_all()
    assert [(line.amount, line.gone) for line in lines_of(group)][:2] == [(60_000, False), (5_000, True)]
    assert db.session.get(Campaign, group.id).asked == 60_000 + 154_000
    assert db.session.get(Campaign, group.id).state is CampaignState.LIVE
    in_order()


@pytest.mark.both_databases
def test_a_group_of_which_one_is_left_is_hidden(client, group):
    for number in (0, 1):
        consent_step(student_of(group, number), TEXT, WITHDRAWN)
    assert public(client, group).status_code == 410
    assert group.title not in client.get("/campaigns").text
    jobs.follow_withdrawn_consent()
    db.session.expire_all()
    assert db.session.get(Campaign, group.id).state is CampaignState.PAUSED


def test_the_page_asks_little_of_the_database(client, group):
    slug = group.slug
    with at_most(8):
        client.get(f"/c/{slug}")


def test_who_pledged_sees_those_who_agreed_to_it_and_nobody_else(client, group, a_pledge):
    pledge = a_pledge(group, 249_000)
    consent_step(student_of(group, 1), SHARE, CHECKED)
    page = own_page(client, pledge)
    assert "Copper Kite" in page
    assert "Western" in page
    for private in ("Amber Heron", "Quiet Oriole", "Mwangaza", "Canary"):
        assert private not in page
    assert "for others of the group" in page  # two are not counted


def test_that_ends_at_the_next_request(client, group, a_pledge):
    pledge = a_pledge(group, 249_000)
    consent_step(student_of(group, 1), SHARE, CHECKED)
    consent_step(student_of(group, 1), SHARE, WITHDRAWN)
    assert "Copper Kite" not in own_page(client, pledge)


def test_a_promise_that_is_not_confirmed_shows_nobody(client, group, a_pledge):
    consent_step(student_of(group, 1), SHARE, CHECKED)
    assert "Copper Kite" not in own_page(client, a_pledge(group, 200_000, confirmed=False))


def test_others_are_counted_from_ten_on(client, a_group, a_pledge):
    group = a_group(*([("Tuition", 1_000)] for _ in range(11)))
    consent_step(student_of(group), SHARE, CHECKED)
    assert "for 10 others of the group" in own_page(client, a_pledge(group, 11_000))
    assert "a verified group of 11 students" in public(client, group).text


def test_the_words_of_a_group_name_nobody(an_application, lantern, amina):
    for alias in ALIASES[:2]:
        an_application(Stage.APPROVED, alias=alias)
    ids = db.session.scalars(sa.select(Need.id)).all()
    deadline = clock.today().replace(year=clock.today().year + 1)
    said = Words("A class", "Fees.", "It began with amber heron.")
    with pytest.raises(NamesOne, match="Amber Heron"):
        write.create(lantern, ids, said, deadline, once=crypto.token(), by=amina)
    db.session.rollback()
    made = write.create(lantern, ids, Words("A class", "Fees.", "Together."), deadline, once=crypto.token(), by=amina)
    assert made.level is None


class TestReplacement:
    def test_another_approved_student_takes_a_free_place(self, group, an_application, amina, in_order):
        new = an_application(Stage.APPROVED, alias="Silver Wren", needs=[("Tuition", 33_000)])
        rules.replace(group, [need.id for need in needs_of(new)], by=amina)
        db.session.commit()
        assert db.session.get(Campaign, group.id).asked == 249_000 + 33_000
        assert db.session.get(Application, new.id).stage is Stage.SUPPORTED
        in_order()

    def test_a_page_that_tells_of_one_student_takes_no_other(self, a_campaign, an_application, amina):
        new = an_application(Stage.APPROVED, alias="Silver Wren")
        with pytest.raises(OneStudent):
            rules.replace(a_campaign(), [need.id for need in needs_of(new)], by=amina)

    def test_nor_does_it_take_who_consents_to_nothing(self, group, an_application, amina):
        new = an_application(Stage.APPROVED, alias="Silver Wren", consent=False)
        with pytest.raises(BadNeeds):
            rules.replace(group, [need.id for need in needs_of(new)], by=amina)


def test_the_letter_to_a_company_names_nobody(sign_in, amina, group, a_company):
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={group.slug}&company={a_company().slug}").text
    assert "a small verified group of students" in page
    assert not re.search("|".join(ALIASES), page)
