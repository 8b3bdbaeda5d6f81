"""The today page: what waits for this person in this community, and nothing that waits for somebody else."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from campaigns.account.models import User
from campaigns.account.states import OrganisationKind, Role
from campaigns.ask.models import Ask
from campaigns.ask.states import QUIET, SILENT_AFTER, UNSENT, AskState
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import review, words
from campaigns.campaign.states import CampaignState
from campaigns.community.models import Invitation
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.queries import PROOF_DUE
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, crypto, db, refs
from campaigns.payment.models import BankEntry, PaymentCase
from campaigns.payment.states import CaseKind
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import InstalmentState
from campaigns.site.queries import today
from campaigns.student import rules
from campaigns.student.models import Conflict, Decision, Need
from campaigns.student.states import REASONS, ConflictKind, ConsentEvent, Purpose, Stage, Verdict
from campaigns.update.models import Update
from campaigns.update.states import UpdateState
from tests.cast.approvals import NO
from tests.cast.consent import consent_step
from tests.cast.panel import a_sheet
from tests.cast.queries import at_most

pytestmark = pytest.mark.both_databases
MONTH = timedelta(days=30)


@pytest.fixture
def sees(sign_in: Callable[..., FlaskClient]) -> Callable[..., str]:
    """What a person reads on the page of a community."""

    def read(user: User, slug: str = "lantern") -> str:
        db.session.commit()
        answer = sign_in(user).get(f"/a/{slug}/")
        assert answer.status_code == 200
        return unescape(answer.text)

    return read


@pytest.fixture
def an_ask(a_campaign, a_company, amina, safiya) -> Callable[..., Ask]:
    """A letter by Amina to a company of its own."""

    read = {"moderated_by_id": safiya.id, "moderated_at": clock.now()}
    sent = {"sent_at": clock.now() - 3 * MONTH, "quiet_until": clock.now() - 3 * MONTH + QUIET}

    def make(state: AskState, company: str = "Meridian Freight", author: User = amina, **given: object) -> Ask:
        campaign = a_campaign()
        ask = Ask(
            ref=refs.random_ref(),
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            company_id=a_company(company).id,
            author_id=author.id,
            state=state,
            contact_name="Rosa Reader",
            contact_email="rosa@meridian.example",
            amount=100_00,
            currency="EUR",
            concerns_minor=state is AskState.DRAFTED,
            **({} if state is AskState.DRAFTED else read),
            **({} if state in UNSENT else sent),
        )
        for name, value in given.items():
            setattr(ask, name, value)
        db.session.add(ask)
        db.session.commit()
        return ask

    return make


@pytest.fixture
def a_disbursement(a_campaign, tomas, school, a_user, lantern) -> Callable[..., Disbursement]:
    """A payment to the school that Tomas has proposed."""

    def make(state: DisbursementState = DisbursementState.PROPOSED, **given: object) -> Disbursement:
        campaign = a_campaign()
        found = Disbursement(
            ref=refs.random_ref(),
            once=crypto.token(),
            organisation_id=lantern.id,
            campaign_id=campaign.id,
            school_id=school.id,
            state=state,
            amount=90_000,
            currency="EUR",
            proposed_by_id=tomas.id,
            **given,
        )
        db.session.add(found)
        db.session.flush()
        line = db.session.query(BudgetLine).filter_by(campaign_id=campaign.id).order_by(BudgetLine.id).first()
        db.session.add(DisbursementPart(disbursement_id=found.id, line_id=line.id, amount=90_000))
        db.session.commit()
        return found

    return make


@pytest.fixture
def an_update(a_campaign, amina) -> Callable[..., Update]:
    """An update by Amina."""

    def make(state: UpdateState = UpdateState.IN_REVIEW, **given: object) -> Update:
        campaign = a_campaign()
        words = {
            "title": "First term passed",
            "body": "Passed.",
            "body_html": "<p>Passed.</p>",
            "content_hash": "x" * 64,
        }
        update = Update(
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            author_id=amina.id,
            state=state,
            concerns_minor=True,
            **words,
            **given,
        )
        db.session.add(update)
        db.session.commit()
        return update

    return make


class TestApplications:
    def test_vetters_are_asked_to_vet_what_was_sent(self, sees, victor, an_application):
        sent = an_application(Stage.SUBMITTED, alias="Amber Heron")
        page = sees(victor)
        assert "Vet the application of Amber Heron" in page
        assert f"/a/lantern/applications/{sent.ref}" in page

    @pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.MORE_INFO, Stage.APPROVED, Stage.DECLINED])
    def test_what_is_not_sent_or_is_decided_does_not_wait(self, sees, victor, an_application, stage):
        an_application(stage)
        assert "Vet the application" not in sees(victor)

    def test_who_has_scored_is_not_asked_again_and_the_other_is(self, sees, victor, vera, scored_by_victor):
        assert "Vet the application" not in sees(victor)
        assert "Vet the application" in sees(vera)

    def test_who_is_not_asked_to_score_has_nothing_to_do(self, sees, safiya, victor, vera, scored_by_victor):
        assert "Vet the application" not in sees(safiya)

    def test_what_is_scored_waits_for_one_who_confirms(self, sees, victor, vera, safiya, scored_by_victor):
        a_sheet(scored_by_victor, vera)
        assert "Confirm the decision on Amber Heron" in sees(safiya)
        assert "100 of 100" in sees(victor)

    def test_a_conflict_keeps_it_off_the_list(self, sees, victor, an_application, school):
        application = an_application(Stage.SUBMITTED)
        db.session.add(Conflict(application_id=application.id, user_id=victor.id, kind=ConflictKind.SAME_SCHOOL))
        assert "Vet the application" not in sees(victor)

    def test_nobody_is_asked_to_vet_their_own(self, sees, victor, an_application):
        an_application(Stage.SUBMITTED, applicant=victor)
        assert "Vet the application" not in sees(victor)

    def test_organisers_do_not_vet(self, sees, amina, an_application):
        an_application(Stage.SUBMITTED, alias="Amber Heron")
        assert "Amber Heron" not in sees(amina)

    @pytest.fixture
    def scored_by_victor(self, an_application, victor, vera):
        application = an_application(Stage.SUBMITTED)
        rules.take_into_review(application, by=victor)
        a_sheet(application, victor)
        return application

    def test_the_officer_checks_consent_that_was_given(self, sees, safiya, victor, an_application):
        application = an_application(Stage.SUBMITTED, consent=False, alias="Amber Heron")
        consent_step(application, Purpose.PUBLISH_TEXT, ConsentEvent.GIVEN)
        assert "Check the consent for Amber Heron" in sees(safiya)
        assert "Check the consent" not in sees(victor)

    def test_consent_that_is_checked_does_not_wait(self, sees, safiya, an_application):
        an_application(Stage.SUBMITTED, consent=True)
        assert "Check the consent" not in sees(safiya)


class TestCampaigns:
    def test_the_officer_reviews_what_somebody_else_wrote(self, sees, safiya, a_campaign):
        campaign = a_campaign(CampaignState.IN_REVIEW, title="Books for nine")
        page = sees(safiya)
        assert "Review the campaign “Books for nine”" in page
        assert f"/a/lantern/campaigns/{campaign.slug}/review" in page

    def test_the_team_is_asked_to_be_the_first_of_two_where_a_student_is_a_minor(self, sees, marta, victor, a_campaign):
        a_campaign(CampaignState.IN_REVIEW, title="Books for nine")
        a_campaign(CampaignState.IN_REVIEW, title="Of age", minor=False)
        for person in (marta, victor):
            page = sees(person)
            assert "Review the campaign “Books for nine”" in page
            assert "Of age" not in page

    def test_what_one_has_approved_waits_for_a_second(self, sees, amina, marta, victor, tomas, safiya, a_campaign):
        campaign = a_campaign(CampaignState.IN_REVIEW, title="Books for nine")
        whole = db.session.scalars(campaigns.whole(campaign.id)).one()
        review.approve(whole, seen=words.fingerprint(whole), answers=NO, by=victor)
        db.session.commit()
        assert "Read the campaign “Books for nine” as the second" in sees(safiya)
        for person in (amina, marta, victor, tomas):  # an officer has to be one of the two
            assert "Books for nine” as the second" not in sees(person)
            assert "Review the campaign" not in sees(person)

    def test_what_an_officer_has_approved_waits_for_any_other_reader(self, sees, amina, marta, safiya, a_campaign):
        campaign = a_campaign(CampaignState.IN_REVIEW, title="Books for nine")
        whole = db.session.scalars(campaigns.whole(campaign.id)).one()
        review.approve(whole, seen=words.fingerprint(whole), answers=NO, by=safiya)
        db.session.commit()
        assert "Read the campaign “Books for nine” as the second" in sees(marta)
        for person in (amina, safiya):
            assert "as the second" not in sees(person)

    def test_nobody_is_asked_to_review_their_own(self, sees, safiya, a_campaign):
        a_campaign(CampaignState.IN_REVIEW, author=safiya)
        assert "Review the campaign" not in sees(safiya)

    def test_the_author_revises_what_was_sent_back(self, sees, amina, marta, a_campaign):
        a_campaign(CampaignState.DRAFT, title="Books for nine").returned_note = "Say which term."
        page = sees(amina)
        assert "Revise the campaign “Books for nine”" in page
        assert "Say which term." in page
        assert "Books for nine" not in sees(marta)

    def test_a_draft_that_nobody_has_read_does_not_wait(self, sees, amina, a_campaign):
        a_campaign(CampaignState.DRAFT)
        assert "Revise the campaign" not in sees(amina)


class TestAsks:
    def test_a_letter_is_read_by_somebody_else(self, sees, amina, safiya, an_ask):
        an_ask(AskState.DRAFTED)
        assert "Read the letter to Meridian Freight" in sees(safiya)
        assert "Meridian Freight" not in sees(amina)

    def test_a_letter_that_was_sent_back_waits_for_its_author(self, sees, amina, safiya, an_ask):
        an_ask(AskState.DRAFTED, returned_note="Name the amount.")
        assert "Revise the letter to Meridian Freight" in sees(amina)
        assert "Meridian Freight" not in sees(safiya)

    def test_a_letter_that_was_read_can_be_sent(self, sees, marta, tomas, an_ask):
        an_ask(AskState.MODERATED)
        assert "Send the letter to Meridian Freight" in sees(marta)
        assert "Meridian Freight" not in sees(tomas)

    def test_a_quiet_period_that_is_over_is_told(self, sees, amina, an_ask):
        an_ask(AskState.PRIVATE, quiet_until=clock.now() - timedelta(hours=1))
        assert "Make the letter to Meridian Freight public" in sees(amina)

    def test_a_quiet_period_that_runs_is_left_alone(self, sees, amina, an_ask):
        an_ask(AskState.PRIVATE, quiet_until=clock.now() + QUIET)
        assert "Meridian Freight" not in sees(amina)

    def test_long_silence_asks_for_a_decision(self, sees, amina, an_ask):
        an_ask(AskState.PUBLIC, "Silent Ltd", public_at=clock.now() - SILENT_AFTER)
        an_ask(AskState.PUBLIC, "Fresh Ltd", public_at=clock.now())
        page = sees(amina)
        assert "Close the ask to Silent Ltd" in page
        assert "Fresh Ltd" not in page

    def test_an_answer_of_these_days_is_told_and_an_old_one_is_not(self, sees, amina, an_ask):
        an_ask(AskState.ANSWERED, "Quick Ltd", answered_at=clock.now() - timedelta(days=1))
        an_ask(AskState.ANSWERED, "Old Ltd", answered_at=clock.now() - MONTH)
        page = sees(amina)
        assert "Quick Ltd has answered" in page
        assert "Old Ltd" not in page


class TestMoney:
    def test_an_overdue_instalment_comes_with_its_day_and_first_of_all(self, sees, tomas, a_campaign, a_pledge):
        pledge = a_pledge(a_campaign(), name="Petra Sponsor")
        instalment = db.session.query(Instalment).filter_by(pledge_id=pledge.id).one()
        instalment.state, instalment.due_on = InstalmentState.OVERDUE, clock.today() - timedelta(days=3)
        page = sees(tomas)
        assert "Petra Sponsor: a payment is overdue" in page
        assert f"/a/lantern/money/record/{instalment.reference}" in page
        assert "Was due" in page
        assert '<li class="late">' in page

    def test_one_that_is_not_due_yet_does_not_wait(self, sees, tomas, a_campaign, a_pledge):
        a_pledge(a_campaign())
        assert "overdue" not in sees(tomas)

    def test_one_whose_day_has_passed_waits_before_any_sweep_has_seen_it(self, sees, tomas, a_campaign, a_pledge):
        a_pledge(a_campaign())
        db.session.query(Instalment).update({"due_on": clock.today() - timedelta(days=1)})
        assert "a payment is overdue" in sees(tomas)

    def test_bank_entries_are_one_thing_with_their_number(self, sees, tomas, amina, lantern):
        for number in range(7):
            db.session.add(
                BankEntry(
                    organisation_id=lantern.id,
                    fingerprint=str(number),
                    booked_on=clock.today(),
                    amount=5000,
                    currency="EUR",
                )
            )
        page = sees(tomas)
        assert page.count("Payments from the bank to confirm: 7") == 2  # on the page, and in the button's name
        assert "There is more" not in page
        assert "Payments from the bank" not in sees(amina)

    def test_differences_wait_until_they_are_settled(self, sees, tomas, lantern):
        for number, closed in enumerate((None, None, clock.now())):
            case = PaymentCase(organisation_id=lantern.id, kind=CaseKind.OVERPAID, key=str(number), closed_at=closed)
            db.session.add(case)
        assert "Differences about money: 2" in sees(tomas)

    def test_a_payment_is_released_by_another_who_has_not_vetted(self, sees, tomas, amina, a_disbursement, school):
        proposed = a_disbursement()
        assert f"Release a payment to {school.name}" in sees(amina)
        assert f"/a/lantern/disbursements/{proposed.ref}" in sees(amina)
        assert "Release a payment" not in sees(tomas)

    def test_who_vetted_the_student_is_not_asked_to_release(self, sees, amina, a_disbursement):
        proposed = a_disbursement()
        vetted_by(amina, proposed)
        assert "Release a payment" not in sees(amina)

    def test_a_receipt_is_late_after_two_weeks(self, sees, tomas, amina, a_disbursement, school):
        sent = {"released_by_id": amina.id, "bank_reference": "RF1", "paid_on": clock.today()}
        a_disbursement(DisbursementState.RELEASED, released_at=clock.now(), **sent)
        fresh = sees(tomas)
        assert f"Get the receipt of {school.name}" in fresh
        assert '<li class="late">' not in fresh
        db.session.query(Disbursement).update({"released_at": clock.now() - PROOF_DUE - timedelta(days=1)})
        assert '<li class="late">' in sees(tomas)


def vetted_by(user: User, disbursement: Disbursement) -> None:
    """Let this person have decided on the student whom a payment supports."""
    part = db.session.query(DisbursementPart).filter_by(disbursement_id=disbursement.id).one()
    need = db.session.get_one(Need, db.session.get_one(BudgetLine, part.line_id).need_id)
    reason = next(iter(REASONS[Verdict.APPROVE]))
    db.session.add(
        Decision(
            application_id=need.application_id,
            voter_id=user.id,
            voter_email=user.email_canonical,
            verdict=Verdict.APPROVE,
            reason=reason,
        )
    )


class TestUpdates:
    def test_the_officer_approves_what_somebody_else_wrote(self, sees, safiya, amina, an_update):
        update = an_update()
        assert "Approve the update “First term passed”" in sees(safiya)
        assert f"/a/lantern/updates/{update.id}" in sees(safiya)
        assert "Approve the update" not in sees(amina)

    def test_what_was_given_back_waits_for_its_author(self, sees, amina, marta, an_update):
        an_update(UpdateState.DRAFT, returned_note="No school, please.")
        assert "Revise the update “First term passed”" in sees(amina)
        assert "First term passed" not in sees(marta)

    def test_sponsors_who_paid_and_heard_nothing_are_owed_an_update(self, sees, amina, a_campaign):
        long_ago = clock.now() - 3 * MONTH
        campaign = a_campaign(title="Books for nine")
        campaign.received, campaign.pledged = 50_00, 50_00
        campaign.received_at = campaign.published_at = long_ago
        page = sees(amina)
        assert "Tell the sponsors of “Books for nine” how it goes" in page
        assert f"/a/lantern/campaigns/{campaign.slug}/updates/new" in page

    def test_a_campaign_without_money_owes_nothing(self, sees, amina, a_campaign):
        a_campaign().published_at = clock.now() - 3 * MONTH
        assert "Tell the sponsors" not in sees(amina)


class TestTeam:
    def test_invitations_that_nobody_took_are_one_thing(self, sees, amina, marta, lantern):
        for number, ended in enumerate((None, None, clock.now())):
            db.session.add(
                Invitation(
                    organisation_id=lantern.id,
                    email=f"new{number}@example.org",
                    role=Role.VETTER,
                    invited_by_id=amina.id,
                    accepted_at=ended,
                )
            )
        assert "Invitations that nobody has taken yet: 2" in sees(amina)
        assert "Invitations" not in sees(marta)


class TestOrder:
    def test_late_things_come_first_then_what_has_waited_longest(self, sees, safiya, a_user, lantern, an_application):
        for days, alias in ((1, "Young Owl"), (9, "Old Owl"), (4, "Middle Owl")):
            an_application(Stage.SUBMITTED, alias=alias).submitted_at = clock.now() - timedelta(days=days)
        page = sees(safiya)
        places = [page.index(alias) for alias in ("Old Owl", "Middle Owl", "Young Owl")]
        assert places == sorted(places)

    def test_beyond_the_first_few_there_is_a_way_to_the_rest(self, sees, victor, an_application):
        for number in range(today.SHOWN + 3):
            an_application(Stage.SUBMITTED, alias=f"Owl {number}")
        page = sees(victor)
        assert page.count("Vet the application of") == 2 * today.SHOWN  # on the page, and in the button's name
        assert ">3 to vet</a>" in page
        assert f"{today.SHOWN + 3} things wait for you." in page

    def test_the_number_of_questions_does_not_grow_with_the_work(self, sign_in, everything, safiya_who_does_all):
        client = sign_in(safiya_who_does_all)
        client.get("/a/lantern/")
        with at_most(12):
            page = client.get("/a/lantern/").text
        assert "Vet the application" in page
        assert "a payment is overdue" in page

    @pytest.fixture
    def safiya_who_does_all(self, a_user, lantern):
        roles = (Role.ORGANISER, Role.MEMBER, Role.VETTER, Role.SAFEGUARDING_OFFICER, Role.TREASURER)
        return a_user("Everyone", *((role, lantern) for role in roles))

    @pytest.fixture
    def everything(self, an_application, a_campaign, a_pledge, an_ask, a_disbursement, an_update):
        for number in range(8):
            an_application(Stage.SUBMITTED, alias=f"Owl {number}")
            an_ask(AskState.MODERATED, f"Company {number}")
            a_disbursement()
            an_update()
            a_pledge(a_campaign())
        db.session.query(Instalment).update({"due_on": clock.today() - timedelta(days=1)})
        db.session.commit()


class TestWhoSeesIt:
    def test_another_community_sees_nothing_of_this_one(self, sees, otto, an_application, an_ask, a_campaign):
        an_application(Stage.SUBMITTED, alias="Amber Heron")
        an_ask(AskState.MODERATED)
        a_campaign(CampaignState.IN_REVIEW, title="Books for nine")
        page = sees(otto, "harbour")
        for word in ("Amber Heron", "Meridian", "Books for nine"):
            assert word not in page

    def test_the_page_of_another_community_is_not_there(self, sign_in, otto, lantern):
        assert sign_in(otto).get("/a/lantern/").status_code == 404

    def test_nobody_gets_in_without_an_account(self, client, lantern):
        answer = client.get("/a/lantern/")
        assert answer.status_code in {302, 303}
        assert "/sign-in" in answer.location

    def test_no_legal_name_is_on_it(self, sees, safiya, an_application):
        application = an_application(Stage.SUBMITTED, consent=False)
        consent_step(application, Purpose.PUBLISH_TEXT, ConsentEvent.GIVEN)
        assert "Canary" not in sees(safiya)


class TestANewCommunity:
    def test_its_organiser_is_told_what_to_do_next(self, sees, otto):
        page = sees(otto, "harbour")
        for step in ("Invite vetters", "Invite a safeguarding officer", "Invite a treasurer", "Create a campaign"):
            assert step in page
        assert "/a/harbour/team" in page
        assert "/a/harbour/campaigns/new" in page

    def test_what_is_done_is_shown_as_done(self, sees, amina, lantern, victor, vera, safiya):
        page = sees(amina)
        assert "4 of 6 done" in page  # two who vet, an officer, a bank account, open to applications

    def test_when_all_is_done_it_does_not_stay(self, sees, amina, victor, vera, safiya, tomas, a_campaign):
        a_campaign()
        page = sees(amina)
        assert "Getting Lantern ready" not in page
        assert "All done" in page

    def test_only_who_can_invite_is_asked_to(self, sees, marta):
        assert "Invite vetters" not in sees(marta)


class TestHome:
    def test_it_leads_to_the_first_community(self, sign_in, amina):
        assert sign_in(amina).get("/a").location == "/a/lantern/"

    def test_who_is_in_none_is_told_how_to_begin(self, sign_in, rita):
        page = sign_in(rita).get("/a").text
        assert 'href="/communities/new"' in page
        assert 'href="/apply"' in page

    def test_a_role_in_a_company_is_no_community(self, sign_in, a_user, a_company):
        company = a_company()
        assert company.kind is OrganisationKind.COMPANY
        page = sign_in(a_user("Finn", (Role.COMPANY_FINANCE, company))).get("/a")
        assert page.status_code == 200
