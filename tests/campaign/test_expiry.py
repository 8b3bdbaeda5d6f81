"""A cost that was confirmed too long ago leaves the goal of a draft, and is marked on a public page."""

from datetime import timedelta

import pytest

from campaigns.campaign import jobs, queries
from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import check, review, words, write
from campaigns.campaign.rules.costs import NothingConfirmed
from campaigns.campaign.rules.write import BadNeeds
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db
from campaigns.notice.models import Notice
from campaigns.student import rules as students
from campaigns.student.models import Need, NeedVerification
from campaigns.student.states import How, Stage
from tests.campaign.conftest import again
from tests.cast.approvals import NO

LATER = timedelta(days=183)


def run_out(*labels):
    """What was said for these costs has ended yesterday."""
    needs = db.session.query(Need.id).filter(Need.label.in_(labels))
    ended = db.session.query(NeedVerification).filter(NeedVerification.need_id.in_(needs.scalar_subquery()))
    for each in ended:
        each.verified_at, each.expires_on = clock.now() - LATER, clock.today() - timedelta(days=1)
    db.session.commit()


def sweep():
    jobs.follow_verifications()
    db.session.commit()
    assert check.problems() == []


def confirm(label, by):
    need = db.session.query(Need).filter_by(label=label).one()
    students.verify(need, How.CALLED, clock.today() + LATER, seen=need.fingerprint, by=by)
    db.session.commit()


def line(label):
    db.session.expire_all()
    return db.session.query(BudgetLine).filter_by(label=label).one()


def told(prefix="campaign.cost_expired"):
    return [letter.to for letter in db.session.query(Notice).filter(Notice.key.startswith(prefix))]


def test_a_need_that_nobody_confirmed_is_not_offered_to_a_campaign(an_application, lantern):
    an_application(Stage.APPROVED, verified=False)

    assert db.session.scalars(queries.open_needs(lantern.id)).all() == []


def test_a_campaign_is_not_made_of_an_expired_need(an_application, lantern, amina, say):
    an_application(Stage.APPROVED)
    ids = [need.id for need in db.session.query(Need)]
    run_out("Books")

    with pytest.raises(BadNeeds):
        write.create(lantern, ids, say(), clock.today() + timedelta(days=60), once=crypto.token(), by=amina)


@pytest.mark.both_databases
def test_an_expired_line_leaves_the_goal_of_a_draft_and_its_author_hears_once(a_draft, amina):
    campaign = a_draft()
    run_out("Books")

    sweep()
    sweep()

    assert again(campaign).asked == 900_00
    assert line("Books").expired_at is not None
    assert line("Tuition").expired_at is None
    assert told() == [amina.email]


def test_confirmed_again_it_comes_back(a_draft, victor):
    campaign = a_draft()
    run_out("Books")
    sweep()
    confirm("Books", victor)

    sweep()

    assert again(campaign).asked == 1_025_50
    assert line("Books").expired_at is None


def test_an_expired_line_stays_behind_when_a_draft_is_submitted(a_draft, amina, lantern, victor):
    campaign = a_draft()
    run_out("Books")

    review.submit(campaign, by=amina)
    db.session.commit()

    assert [each.label for each in again(campaign).lines] == ["Tuition"]
    assert campaign.asked == 900_00
    confirm("Books", victor)
    assert [need.label for need in db.session.scalars(queries.open_needs(lantern.id))] == ["Books"]
    assert check.problems() == []


def test_a_campaign_without_a_confirmed_cost_is_not_submitted(a_draft, amina):
    campaign = a_draft()
    run_out("Books", "Tuition")

    with pytest.raises(NothingConfirmed):
        review.submit(campaign, by=amina)


def test_what_runs_out_during_the_review_is_not_published(a_draft, amina, victor, safiya):
    campaign = a_draft()
    review.submit(campaign, by=amina)
    db.session.commit()
    run_out("Books")

    for person in (victor, safiya):
        review.approve(campaign, seen=words.fingerprint(campaign), answers=NO, by=person)
    db.session.commit()

    assert [each.label for each in again(campaign).lines] == ["Tuition"]
    assert campaign.asked == 900_00


@pytest.mark.both_databases
def test_a_public_line_stays_and_is_marked(a_campaign, victor, safiya):
    campaign = a_campaign()
    version = campaign.version
    run_out("Books")

    sweep()
    sweep()

    assert again(campaign).asked == 1_025_50
    assert again(campaign).state is CampaignState.LIVE
    assert line("Books").confirmed_on == (clock.now() - LATER).date()
    assert campaign.version > version
    assert sorted(told()) == [safiya.email, victor.email]


def test_the_public_reads_the_month_and_no_day(client, a_campaign):
    campaign = a_campaign()
    with clock.at(clock.now().replace(year=2026, month=11, day=20)):
        run_out("Books")
        sweep()
        page = client.get(f"/c/{campaign.slug}").text

    assert "Being confirmed again" in page
    assert "last confirmed in May 2026" in page
    assert "21 May" not in page


def test_the_mark_goes_with_the_next_confirmation(client, a_campaign, victor):
    campaign = a_campaign()
    run_out("Books")
    sweep()
    confirm("Books", victor)

    sweep()

    assert "Being confirmed again" not in client.get(f"/c/{campaign.slug}").text


def test_what_has_gone_to_the_school_needs_no_more_word(a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 1_025_50)
    for each in campaign_lines(campaign):
        each.disbursed = each.amount
    db.session.commit()
    run_out("Books", "Tuition")

    sweep()

    assert line("Books").expired_at is None


def campaign_lines(campaign):
    return db.session.query(BudgetLine).filter_by(campaign_id=campaign.id)


def test_the_mail_says_nothing_of_the_student(a_campaign, victor):
    a_campaign()
    run_out("Books")
    sweep()

    letter = db.session.query(Notice).filter_by(to=victor.email).one()
    assert "Amber Heron" not in letter.text + letter.html
    assert "Books" not in letter.text + letter.html


def test_two_weeks_before_the_end_it_is_on_the_list(a_campaign, sign_in, victor):
    a_campaign()
    with clock.at(clock.now() + timedelta(days=167)):
        assert "Confirm the costs" not in sign_in(victor).get("/a/lantern/").text
    with clock.at(clock.now() + timedelta(days=169)):
        assert "Confirm the costs of Amber Heron" in sign_in(victor).get("/a/lantern/").text
