"""A rule refuses by itself whoever may not, whatever the page in front of it has asked before."""

from functools import partial

import pytest

from campaigns.billing import rules as documents
from campaigns.billing.models import BillingDocument
from campaigns.billing.states import Kind
from campaigns.campaign.states import CampaignState
from campaigns.community.rules import Legal, describe_legal
from campaigns.departure import rules as departures
from campaigns.departure.rules.report import Told
from campaigns.departure.states import DepartureKind
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import TransferBatch
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount
from campaigns.offer import rules as offers
from campaigns.offer.models import Offer
from campaigns.payment import queries as payable
from campaigns.payment.models import PaymentCase, Receipt
from campaigns.payment.rules import entries, pool, refunds, statement
from campaigns.payment.rules.files import open_file
from campaigns.payment.states import RefundReason
from campaigns.pledge.models import PledgeRenewal
from campaigns.pledge.rules import renewal
from campaigns.student import queries, rules
from campaigns.student.rules import bulk, changes, vetting
from campaigns.student.rules.ending import Reached
from campaigns.student.rules.vetting import conflicts
from campaigns.student.states import ConflictKind, HelperRole, OutcomeKind, Stage


@pytest.fixture
def refused(rita):
    """Whether a rule refuses somebody without any role: `refused(rule, thing, …)`."""

    def check(rule, *given):
        try:
            rule(*given, by=rita)
        except NotAllowed:
            return True
        return False

    return check


@pytest.fixture
def supported(an_application):
    return an_application(Stage.SUPPORTED, needs=[("Tuition", 900_00)])


def test_to_enlarge_a_group(refused, a_campaign):
    assert refused(departures.replace, a_campaign(), [1])


def test_to_report_that_a_student_leaves(refused, supported):
    assert refused(departures.report, supported, Told(DepartureKind.LEFT_SCHOOL, clock.today()))


def test_to_call_it_a_mistake(refused, supported, victor):
    assert refused(
        departures.dismiss, departures.report(supported, Told(DepartureKind.LEFT_SCHOOL, clock.today()), by=victor)
    )


def test_to_give_money_back(refused, lantern):
    wish = refunds.Wish(Money(1_00, "EUR"), RefundReason.MISTAKE)
    assert refused(partial(refunds.ask, Receipt(organisation_id=lantern.id), wish, once="once"))
    assert refused(partial(refunds.ask_from, PaymentCase(organisation_id=lantern.id), wish, once="once"))


def test_to_record_what_came_of_it(refused, supported):
    assert refused(rules.complete, supported, Reached(OutcomeKind.GRADUATED, clock.today()))


def test_to_put_a_cost_right(refused, supported):
    assert refused(changes.hold, db.session.scalars(queries.needs_of(supported.id)).one())


def test_to_ask_the_student(refused, an_application):
    assert refused(vetting.ask, an_application(Stage.IN_REVIEW), "Which school?")


def test_to_keep_out_of_an_application(refused, an_application):
    assert refused(conflicts.declare, an_application(Stage.IN_REVIEW), ConflictKind.KNOWS_STUDENT, "")


def test_to_take_applications_out(refused, lantern):
    assert refused(bulk.export_rows, lantern, None)


def test_to_say_what_came_of_a_refund(refused, lantern):
    assert refused(renewal.settle_refund, PledgeRenewal(id=1, organisation_id=lantern.id), "Paid back")


def test_to_confirm_payments_at_once(refused, lantern):
    assert refused(entries.confirm_sure, lantern)


def test_to_record_a_payment(refused, lantern, a_campaign, a_pledge):
    a_pledge(a_campaign(CampaignState.LIVE), 50_00)
    due = db.session.scalars(payable.instalments_of(lantern.id)).one()
    assert refused(entries.record, due, entries.Seen(Money(50_00, "EUR"), clock.today(), "A-1"))


@pytest.mark.parametrize("rule", [statement.preview, statement.store])
def test_to_read_a_statement(refused, lantern, rule):
    assert refused(rule, lantern, open_file(b"Date;Amount\n2026-11-02;50.00\n"), None)


@pytest.mark.parametrize("page", ["departure", "outcome"])
def test_who_entered_it_for_a_student_neither_reports_nor_records(sign_in, victor, supported, page):
    supported.helper_user_id, supported.helper_role = victor.id, HelperRole.TEACHER
    supported.handed_over_at = supported.confirmed_at = clock.now()
    db.session.commit()
    assert sign_in(victor).get(f"/a/lantern/applications/{supported.ref}/{page}").status_code == 403


def test_to_end_what_a_company_has_reserved(refused, lantern, a_campaign):
    offer = Offer(id=1, organisation_id=lantern.id, campaign_id=a_campaign().id)
    assert refused(offers.end, offer, "no company")


def test_to_issue_a_document_for_a_sponsor(rita, a_campaign, a_pledge):
    lines = db.session.scalars(payable.instalments_of(a_pledge(a_campaign()).organisation_id)).all()
    order = documents.Order(documents.BillTo("Meridian", "Am Kai 9", "DE"))
    with pytest.raises(NotAllowed):
        documents.issue(Kind.INVOICE, [each.id for each in lines], order, once="a", by=rita)


def test_to_cancel_a_document(rita, lantern):
    with pytest.raises(NotAllowed):
        documents.cancel(BillingDocument(organisation_id=lantern.id), "Wrong.", once="a", by=rita)


def test_to_say_what_invoices_print(refused, lantern):
    assert refused(describe_legal, lantern, Legal("Lantern e.V.", "Am Kai 9", "DE"))


def test_to_give_what_is_kept_to_a_campaign(refused, a_campaign):
    def give(campaign, *, by):
        return pool.give(LedgerAccount(code="pool:1:EUR", currency="EUR"), campaign, Money(1, "EUR"), once="a", by=by)

    assert refused(give, a_campaign())


def test_to_order_transfers_or_to_call_a_file_void(refused, lantern):
    batch = TransferBatch(organisation_id=lantern.id, made_by_id=0)
    assert refused(partial(disbursements.make_batch, once="once"), lantern, ["REF"], clock.today())
    assert refused(disbursements.download, batch)
    assert refused(partial(disbursements.void, reason="Never sent."), batch)


def test_to_propose_the_next_step_of_a_plan(refused, a_campaign, school):
    assert refused(partial(disbursements.propose_next, once="once"), a_campaign(), school.id)
