"""Approvals inside a company: nobody pledges its money alone on somebody's word."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.campaign.states import CampaignState
from campaigns.cli import check
from campaigns.kit import crypto, db
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.money import Money
from campaigns.notice.models import Notice
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Closed, MoreThanUncovered
from campaigns.pledge.states import PledgeStatus
from campaigns.sponsor import rules
from campaigns.sponsor.models import PledgeProposal
from campaigns.sponsor.states import PROPOSAL_MOVES, ProposalState
from tests.cast.browser import submit


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def propose(meridian, campaign, viola):
    def make(amount=300_00, *, by=None, currency="EUR"):
        given = {"show_name": True, "once": crypto.token(), "by": by or viola}
        return rules.propose(meridian, campaign, Money(amount, currency), "Two of our drivers went there.", **given)

    return make


def pledges():
    return db.session.scalars(sa.select(Pledge)).all()


def told(words):
    return sorted(db.session.scalars(sa.select(Notice.to).where(Notice.subject.contains(words))))


@pytest.mark.both_databases
def test_what_a_viewer_proposes_is_pledged_once_finance_approves_it(propose, finn, cora, viola, meridian, campaign):
    proposal = propose()
    assert pledges() == []
    assert told("Viola proposes a pledge") == [cora.email, finn.email]
    rules.approve(proposal, by=finn)
    (pledge,) = pledges()
    assert (pledge.company_id, pledge.amount, pledge.email) == (meridian.id, 300_00, finn.email)
    assert pledge.status is PledgeStatus.CONFIRMED
    assert pledge.public_name == "Meridian Freight"
    assert proposal.pledge_id == pledge.id
    db.session.refresh(campaign)
    assert campaign.pledged == 300_00
    assert told("was approved") == [viola.email]
    assert check.problems() == []


def test_who_does_not_belong_to_the_company_proposes_nothing(propose, a_user, tomas):
    for person in (a_user("Odd"), tomas):
        with pytest.raises(NotAllowed):
            propose(by=person)


def test_nobody_approves_their_own(propose, finn, cora):
    proposal = propose(by=finn)
    with pytest.raises(NotAllowed):
        rules.approve(proposal, by=finn)
    rules.approve(proposal, by=cora)
    assert len(pledges()) == 1


@pytest.mark.both_databases
def test_above_the_limit_two_others_approve(propose, finn, cora, meridian, a_user):
    rules.set_limit(meridian, Money(250_00, "EUR"), by=cora)
    proposal = propose(250_01)
    rules.approve(proposal, by=finn)
    assert proposal.state is ProposalState.SECONDED
    assert pledges() == []
    assert told("Finn has approved") == [cora.email]
    with pytest.raises(NotAllowed):
        rules.approve(proposal, by=finn)
    rules.approve(proposal, by=cora)
    assert [each.amount for each in pledges()] == [250_01]
    assert check.problems() == []


def test_up_to_the_limit_one_is_enough(propose, finn, cora, meridian):
    rules.set_limit(meridian, Money(250_00, "EUR"), by=cora)
    rules.approve(propose(250_00), by=finn)
    assert len(pledges()) == 1


def test_another_currency_than_the_limits_needs_two(propose, finn, cora, meridian):
    rules.set_limit(meridian, Money(10_000_00, "USD"), by=cora)
    proposal = propose(10_00)
    rules.approve(proposal, by=finn)
    assert proposal.state is ProposalState.SECONDED


def test_a_limit_that_is_raised_later_helps_nothing_that_was_proposed_before(propose, finn, cora, meridian):
    rules.set_limit(meridian, Money(0, "EUR"), by=cora)
    proposal = propose(100_00)
    rules.set_limit(meridian, None, by=cora)
    rules.approve(proposal, by=cora)
    assert proposal.state is ProposalState.SECONDED


@pytest.mark.parametrize("who", ["finn", "viola", "amina"])
def test_only_an_admin_sets_the_limit(request, meridian, who):
    with pytest.raises(NotAllowed):
        rules.set_limit(meridian, None, by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["viola", "amina", "rita", "ada"])
def test_nobody_else_approves_or_turns_down(request, propose, cora, finn, who):
    proposal, person = propose(by=finn), request.getfixturevalue(who)
    for act in (lambda: rules.approve(proposal, by=person), lambda: rules.decline(proposal, "No.", by=person)):
        with pytest.raises(NotAllowed):
            act()
    assert pledges() == []


def test_finance_of_another_company_approves_nothing(propose, a_user, a_company):
    with pytest.raises(NotAllowed):
        rules.approve(propose(), by=a_user("Odd", (Role.COMPANY_FINANCE, a_company("Odd Ltd"))))


def test_who_proposed_it_takes_it_back_and_nobody_else(propose, viola, finn, cora):
    proposal = propose()
    with pytest.raises(NotAllowed):
        rules.withdraw(proposal, by=finn)
    rules.withdraw(proposal, by=viola)
    with pytest.raises(IllegalMove):
        rules.approve(proposal, by=finn)
    assert pledges() == []


def test_what_the_campaign_does_not_take_any_more_is_not_approved(propose, finn, campaign):
    proposal = propose()
    campaign.state = CampaignState.CLOSED_SHORT
    db.session.flush()
    with pytest.raises(Closed), db.session.begin_nested():
        rules.approve(proposal, by=finn)
    db.session.refresh(proposal)
    assert proposal.state is ProposalState.PROPOSED


def test_more_than_the_campaign_needs_is_not_proposed(propose):
    with pytest.raises(MoreThanUncovered):
        propose(2_000_00)


@pytest.mark.both_databases
def test_the_database_keeps_the_people_apart(propose, viola, finn, a_campaign, a_pledge):
    proposal, pledge = propose(), a_pledge(a_campaign(slug="other"), 1_00).id
    at, her = proposal.proposed_at, viola.id
    proposal.pledge_id, proposal.state = pledge, ProposalState.APPROVED
    proposal.decided_by_id, proposal.decided_at = her, at
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("here", list(ProposalState))
@pytest.mark.parametrize("there", list(ProposalState))
def test_every_step_that_is_not_in_the_table_is_refused(here, there):
    proposal = PledgeProposal(state=here)
    if there in PROPOSAL_MOVES.get(here, ()):
        proposal.move_to(there)
        assert proposal.state is there
    else:
        with pytest.raises(IllegalMove):
            proposal.move_to(there)


def test_through_the_pages(sign_in, viola, finn, meridian, campaign):
    browser = sign_in(viola)
    said = {"campaign": campaign.slug, "amount": "300", "reason": "Our drivers went there."}
    made = submit(browser, "/s/meridian-freight/propose", **said).headers["Location"]
    page = browser.get(made).text
    assert "Take it back" in page
    assert "Approve it" not in page
    assert submit(browser, made, approve="yes").status_code == 403
    assert "Waits for one" in browser.get("/s/meridian-freight/approvals").text
    approver = sign_in(finn)
    assert "Approve it and pledge" in approver.get(made).text
    assert submit(approver, made, approve="yes").status_code == 303
    assert [each.amount for each in pledges()] == [300_00]
    assert "Approved, and pledged" in browser.get(made).text


def test_turning_down_asks_why(sign_in, finn, propose):
    address = f"/s/meridian-freight/approvals/{propose().id}"
    db.session.commit()
    browser = sign_in(finn)
    answer = submit(browser, address, decline="yes")
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert submit(browser, address, decline="yes", note="Not this quarter.").status_code == 303
    assert "Not this quarter." in browser.get(address).text


def test_a_proposal_of_another_company_is_not_here(sign_in, propose, a_user, a_company):
    number = propose().id
    db.session.commit()
    odd = sign_in(a_user("Odd", (Role.COMPANY_ADMIN, a_company("Odd Ltd"))))
    assert odd.get(f"/s/odd-ltd/approvals/{number}").status_code == 404


def test_a_double_click_proposes_once(meridian, campaign, viola):
    given = (meridian, campaign, Money(10_00, "EUR"), "Why")
    first = rules.propose(*given, show_name=False, once="x" * 40, by=viola)
    assert rules.propose(*given, show_name=False, once="x" * 40, by=viola).id == first.id


def test_the_limit_is_set_on_its_page(sign_in, cora):
    browser = sign_in(cora)
    page = "/s/meridian-freight/approvals"
    assert submit(browser, page, to=f"{page}/limit", amount="250", currency="EUR").status_code == 303
    assert "€250.00" in browser.get(page).text
    assert submit(browser, page, to=f"{page}/limit", amount="", currency="EUR").status_code == 303
    assert "No limit is set" in browser.get(page).text
