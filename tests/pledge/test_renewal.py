"""A cost changes after sponsors have pledged for it: two people change it, and each sponsor is asked again."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import check as campaign_check
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Allocation, PledgeRenewal
from campaigns.pledge.rules.answer import NothingPaid
from campaigns.pledge.rules.renewal import StillAsking
from campaigns.pledge.states import InstalmentState, PledgeStatus, Renewal
from campaigns.student.models import Application, Need, NeedChange
from campaigns.student.rules import Told, changes
from campaigns.student.rules.vetting import conflicts
from campaigns.student.states import ChangeState, ConflictKind, HelperRole, How, NeedKind
from tests.cast.browser import submit
from tests.cast.crowd import at_once, committed
from tests.cast.letters import letters_to, link_to

REASON = "The ministry has set new fees."


@pytest.fixture
def campaign(a_campaign):
    return a_campaign(needs=[("Tuition", 900_00), ("Boarding", 100_00)])


@pytest.fixture
def pledge(campaign, a_pledge):
    """€800 of the €900 of tuition."""
    return a_pledge(campaign, 800_00)


def tuition():
    db.session.expire_all()
    return db.session.query(Need).filter_by(label="Tuition").one()


def line(label="Tuition"):
    db.session.expire_all()
    return db.session.query(BudgetLine).filter_by(label=label).one()


def told(amount=1_000_00, term="Term 1, 2027"):
    return Told(NeedKind.TUITION, Money(amount, "EUR"), term, REASON, How.FEE_NOTE)


def change(victor, safiya, amount=1_000_00, **more):
    """Proposed by one, approved by another, and the sponsors are mailed."""
    proposed = rules.propose(tuition(), told(amount, **more), by=victor)
    rules.approve(proposed, by=safiya)
    db.session.commit()
    rules.ask_sponsors()
    db.session.commit()
    return proposed


def token(email="petra@example.org"):
    return link_to(email, "/p/renew/").rsplit("/", 1)[1]


def answer(said, email="petra@example.org"):
    given = rules.answer(token(email), said)
    db.session.commit()
    return given


def whole(pledge):
    return db.session.scalars(queries.whole(pledge.id)).one()


def renewal(pledge):
    db.session.expire_all()
    return db.session.query(PledgeRenewal).filter_by(pledge_id=pledge.id).one()


def check():
    db.session.expire_all()
    assert campaign_check.problems() + rules.problems() == []


def goal(campaign):
    db.session.expire_all()
    return db.session.get_one(Campaign, campaign.id).asked


def test_a_small_change_holds_at_once_and_asks_nobody(campaign, pledge, victor):
    made = rules.propose(tuition(), told(940_00), by=victor)
    db.session.commit()

    assert made.state is ChangeState.APPLIED
    assert not made.material
    assert line().amount == 940_00
    assert goal(campaign) == 1_040_00
    assert db.session.query(PledgeRenewal).count() == 0
    check()


def test_a_small_change_below_what_is_pledged_is_no_small_one(campaign, a_pledge, victor):
    a_pledge(campaign, 900_00)

    made = rules.propose(tuition(), told(880_00), by=victor)

    assert made.material
    assert made.state is ChangeState.PROPOSED
    assert line().amount == 900_00


def test_a_material_change_waits_for_a_second_person(pledge, victor):
    made = rules.propose(tuition(), told(), by=victor)

    assert made.state is ChangeState.PROPOSED
    assert line().amount == 900_00


def test_who_proposed_it_does_not_approve_it(pledge, safiya):
    made = rules.propose(tuition(), told(), by=safiya)
    with pytest.raises(NotAllowed):
        rules.approve(made, by=safiya)
    with pytest.raises(NotAllowed):
        changes.decline(made, by=safiya)


@pytest.mark.parametrize("tie", ["helper", "relative"])
def test_an_officer_who_keeps_out_of_the_application_does_not(pledge, victor, safiya, sign_in, tie):
    made = rules.propose(tuition(), told(), by=victor)
    application = db.session.get_one(Application, made.application_id)
    if tie == "helper":
        application.helper_user_id, application.helper_role = safiya.id, HelperRole.TEACHER
        application.handed_over_at = clock.now()
    else:
        conflicts.declare(application, ConflictKind.RELATED, "", by=safiya)
    db.session.commit()
    for decide in (rules.approve, changes.decline):
        with pytest.raises(NotAllowed):
            decide(made, by=safiya)
    assert "Decide on a changed cost" not in sign_in(safiya).get("/a/lantern/").text


@pytest.mark.parametrize("who", ["vera", "amina", "tomas", "otto"])
def test_only_an_officer_approves(pledge, victor, request, who):
    made = rules.propose(tuition(), told(), by=victor)
    with pytest.raises(NotAllowed):
        rules.approve(made, by=request.getfixturevalue(who))


@pytest.mark.both_databases
def test_the_database_says_two_people_too(pledge, victor):
    made = rules.propose(tuition(), told(), by=victor)
    made.state, made.decided_by_id, made.decided_at = ChangeState.APPLIED, victor.id, clock.now()
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_declined_it_changes_nothing(pledge, victor, safiya):
    made = rules.propose(tuition(), told(), by=victor)
    changes.decline(made, by=safiya)
    db.session.commit()

    assert line().amount == 900_00
    with pytest.raises(IllegalMove):
        rules.approve(made, by=safiya)


@pytest.mark.both_databases
def test_approved_the_line_follows_and_each_of_its_sponsors_is_asked(campaign, pledge, a_pledge, victor, safiya):
    a_pledge(campaign, 200_00, email="paul@example.org")  # €100 of tuition, €100 of boarding

    change(victor, safiya)

    assert line().amount == 1_000_00
    assert goal(campaign) == 1_100_00
    assert (line().asked_again, line().agreed) == (2, 0)
    assert db.session.query(NeedChange).one().decided_by_id == safiya.id
    for email in ("petra@example.org", "paul@example.org"):
        assert "has changed" in letters_to(email)[-1].text
    check()


def test_who_pledged_for_another_line_is_not_asked(a_campaign, a_pledge, victor, safiya):
    campaign = a_campaign(needs=[("Boarding", 100_00), ("Tuition", 900_00)])
    a_pledge(campaign, 100_00)

    change(victor, safiya)

    assert db.session.query(PledgeRenewal).count() == 0


def test_a_funded_campaign_opens_for_the_rest(campaign, a_pledge, victor, safiya):
    a_pledge(campaign, 1_000_00)
    campaign.state = CampaignState.FUNDED
    db.session.commit()

    change(victor, safiya)

    assert db.session.get_one(Campaign, campaign.id).state is CampaignState.LIVE


def test_the_mail_and_the_page_say_nothing_of_the_reason(client, pledge, victor, safiya):
    change(victor, safiya)

    page = client.get(f"/p/renew/{token()}").text

    letter = letters_to("petra@example.org")[-1]
    assert REASON not in page + letter.text + letter.html
    assert "€900.00" in page
    assert "€1,000.00" in page


def test_looking_answers_nothing(client, pledge, victor, safiya):
    change(victor, safiya)

    client.get(f"/p/renew/{token()}")

    assert renewal(pledge).answer is None


@pytest.mark.both_databases
def test_who_agrees_has_new_time_to_pay(campaign, pledge, victor, safiya):
    instalment = whole(pledge).instalments[0]
    instalment.state, instalment.due_on = InstalmentState.OVERDUE, clock.today() - timedelta(days=20)
    whole(pledge).status = PledgeStatus.OVERDUE
    db.session.commit()
    change(victor, safiya)

    answer(Renewal.AGREED)

    instalment = whole(pledge).instalments[0]
    assert instalment.state is InstalmentState.DUE
    assert instalment.due_on == clock.today() + timedelta(days=14)
    assert (line().asked_again, line().agreed) == (1, 1)
    check()


def test_who_takes_it_back_frees_the_line(campaign, pledge, victor, safiya):
    change(victor, safiya)

    answer(Renewal.TAKEN_BACK)

    assert whole(pledge).status is PledgeStatus.WITHDRAWN
    assert (line().pledged, line().agreed) == (0, 0)
    check()


def paid(pledge):
    instalment = whole(pledge).instalments[0]
    rules.settle(instalment, Money(300_00, "EUR"))
    db.session.commit()


def test_a_wish_for_money_waits_for_the_treasurer(pledge, victor, safiya, sign_in, tomas):
    paid(pledge)
    change(victor, safiya)

    answer(Renewal.REFUND_WISHED)

    assert renewal(pledge).refund_amount == 300_00
    assert whole(pledge).amount == 300_00  # the rest is taken back
    assert "Money that sponsors wish back: 1" in sign_in(tomas).get("/a/lantern/").text
    check()


def test_the_treasurer_notes_what_came_of_it(pledge, victor, safiya, sign_in, tomas):
    paid(pledge)
    change(victor, safiya)
    answer(Renewal.REFUND_WISHED)
    at = "/a/lantern/refund-wishes"
    browser = sign_in(tomas)

    empty = submit(browser, at, to=f"{at}/{renewal(pledge).id}", outcome="")
    said = submit(browser, at, to=f"{at}/{renewal(pledge).id}", outcome="Sent back.")

    assert (empty.status_code, said.status_code) == (422, 303)
    assert f'<a href="#outcome-{renewal(pledge).id}">Say it in a few words.' in empty.text
    assert f'id="outcome-{renewal(pledge).id}-error"' in empty.text
    assert renewal(pledge).outcome == "Sent back."
    assert "Nobody wishes money back" in browser.get(at).text


def test_nothing_paid_is_nothing_to_wish_back(pledge, victor, safiya):
    change(victor, safiya)
    with pytest.raises(NothingPaid):
        answer(Renewal.REFUND_WISHED)


@pytest.mark.both_databases
def test_a_lower_cost_never_falls_below_what_is_pledged_for_it(campaign, pledge, victor, safiya):
    change(victor, safiya, 500_00)

    assert tuition().amount == 500_00
    assert line().amount == 800_00
    assert goal(campaign) == 900_00
    check()


def test_who_agrees_to_a_lower_cost_stands_for_others_with_the_rest(campaign, pledge, victor, safiya):
    change(victor, safiya, 500_00)

    answer(Renewal.AGREED)

    shares = dict(db.session.query(Allocation.line_id, Allocation.amount).filter_by(pledge_id=pledge.id).all())
    assert shares == {line().id: 700_00, line("Boarding").id: 100_00}
    assert whole(pledge).amount == 800_00
    assert line().amount == 700_00  # no other line has room for the rest
    assert goal(campaign) == 800_00
    check()


def test_what_is_taken_back_lets_the_line_fall(campaign, pledge, victor, safiya):
    change(victor, safiya, 500_00)

    answer(Renewal.TAKEN_BACK)

    assert line().amount == 500_00
    assert goal(campaign) == 600_00
    check()


def test_taking_the_pledge_back_on_its_own_page_answers_too(pledge, victor, safiya):
    change(victor, safiya)

    rules.withdraw(whole(pledge), "I cannot.")
    db.session.commit()

    assert renewal(pledge).answer is Renewal.TAKEN_BACK
    check()


def test_an_answer_is_given_once(pledge, victor, safiya):
    change(victor, safiya)
    spent = token()
    answer(Renewal.AGREED)

    with pytest.raises(LinkSpent):
        rules.answer(spent, Renewal.TAKEN_BACK)
    assert renewal(pledge).answer is Renewal.AGREED


@pytest.mark.both_databases
def test_two_clicks_at_once_are_one_answer(app, pledge, victor, safiya):
    change(victor, safiya)
    spent = token()

    done = at_once(app, *[committed(lambda: rules.answer(spent, Renewal.AGREED).id)] * 2)

    assert sorted(isinstance(each, LinkSpent) for each in done) == [False, True]
    assert line().agreed == 1
    check()


@pytest.mark.both_databases
def test_two_officers_at_once_approve_once(app, pledge, victor, safiya, a_user, lantern):
    other = a_user("Selma", (Role.SAFEGUARDING_OFFICER, lantern))
    made = rules.propose(tuition(), told(), by=victor)
    db.session.commit()
    change_id = made.id

    def approve(user_id):
        def act():
            user = db.session.get_one(User, user_id)
            user.second_factor = user.reauthenticated = True
            rules.approve(db.session.get_one(NeedChange, change_id), by=user)

        return committed(act)

    done = at_once(app, approve(safiya.id), approve(other.id))

    assert [each for each in done if each is not None and not isinstance(each, Exception)] == []
    assert sum(each is None for each in done) == 1
    assert db.session.query(PledgeRenewal).count() == 1
    check()


def test_one_reminder_comes_after_a_week_with_a_link_that_works(pledge, victor, safiya):
    change(victor, safiya)
    for days in (6, 8, 9, 30):
        with clock.at(clock.now() + timedelta(days=days)):
            rules.ask_sponsors()
            db.session.commit()

    mine = [letter.subject for letter in letters_to("petra@example.org")]
    assert [subject.startswith("Once more") for subject in mine] == [False, True]
    assert answer(Renewal.AGREED).id == pledge.id


def test_who_has_answered_is_not_reminded(pledge, victor, safiya):
    change(victor, safiya)
    answer(Renewal.AGREED)
    with clock.at(clock.now() + timedelta(days=8)):
        rules.ask_sponsors()

    assert len(letters_to("petra@example.org")) == 1


def test_silence_holds_what_is_unpaid_and_gives_nothing_up(pledge, victor, safiya, sign_in):
    change(victor, safiya)
    for days in (11, 16, 50):
        with clock.at(clock.now() + timedelta(days=days)):
            rules.follow_up()
            db.session.commit()

    assert whole(pledge).instalments[0].state is InstalmentState.DUE
    assert [key for (key,) in db.session.query(Notice.key) if "due" in key] == []
    with clock.at(clock.now() + timedelta(days=22)):
        assert "Sponsors have not answered" in sign_in(victor).get("/a/lantern/").text
    assert line().agreed == 0


def test_the_pledge_says_that_it_is_on_hold(client, pledge, victor, safiya):
    change(victor, safiya)

    page = client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text

    assert "On hold" in page
    assert "How to pay" not in page


def test_the_public_reads_how_many_have_agreed(client, campaign, pledge, victor, safiya):
    change(victor, safiya)
    assert "0 of 1 sponsor has agreed" in client.get(f"/c/{campaign.slug}").text

    answer(Renewal.AGREED)

    assert "1 of 1 sponsor has agreed" in client.get(f"/c/{campaign.slug}").text


def test_the_next_change_waits_for_the_answers_to_the_one_before(pledge, victor, safiya):
    change(victor, safiya)
    proposed = rules.propose(tuition(), told(1_200_00), by=victor)
    db.session.commit()

    with pytest.raises(StillAsking):
        rules.approve(proposed, by=safiya)
    db.session.rollback()
    with clock.at(clock.now() + timedelta(days=22)):
        rules.approve(proposed, by=safiya)
        db.session.commit()

    assert renewal(pledge).change_id == proposed.id
    check()


def test_a_sponsor_answers_on_the_page(client, pledge, victor, safiya):
    change(victor, safiya)
    at = f"/p/renew/{token()}"

    nothing = submit(client, at)
    said = submit(client, at, answer="agreed")

    assert (nothing.status_code, said.status_code) == (422, 303)
    assert f"/p/{pledge.ref}" in said.location
    assert renewal(pledge).answer is Renewal.AGREED
    assert client.get(at).status_code == 303  # followed again, it leads to the pledge
    assert client.get("/p/renew/no-such-link").status_code == 410


def test_what_was_not_paid_cannot_be_wished_back_on_the_page(client, pledge, victor, safiya):
    change(victor, safiya)

    assert submit(client, f"/p/renew/{token()}", answer="refund_wished").status_code == 422


def test_proposed_and_approved_on_the_pages(campaign, pledge, sign_in, victor, safiya):
    need = tuition()
    ref = db.session.get_one(Application, need.application_id).ref
    at = f"/a/lantern/applications/{ref}/needs/{need.id}/change"
    fields = {"kind": "tuition", "amount": "1000", "term": need.term, "how": "called", "reason": REASON}

    sent = submit(sign_in(victor), at, **fields)
    page = sign_in(safiya).get(sent.location).text
    decided = submit(sign_in(safiya), sent.location, approve="1")

    assert sent.status_code == decided.status_code == 303
    assert REASON in page
    assert line().amount == 1_000_00
