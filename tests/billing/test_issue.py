"""Quotes and invoices: numbered without gaps, once for each payment, and never changed again."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns.billing import rules
from campaigns.billing.models import BillingDocument
from campaigns.billing.rules import BillTo, NotSetUp, Order, check
from campaigns.billing.rules.issue import AlreadyInvoiced, NoBillTo, NothingToBill, NotTogether
from campaigns.billing.states import Kind
from campaigns.community.models import Community, CommunityLegal
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.kit.tax_ids import BadTaxId
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment
from tests.billing.conftest import MERIDIAN, lines_of, set_up, text_of
from tests.cast.crowd import at_once, committed
from tests.cast.letters import letters_to


def labels(*documents):
    return [each.label for each in documents]


def test_an_invoice_says_all_that_a_bookkeeper_asks_for(bill, pledge):
    with clock.at(datetime(2026, 11, 26, tzinfo=UTC)):
        invoice = bill(pledge, po_number="4500012345", days=14)

    printed = text_of(invoice)
    for each in (
        "Invoice INV-2026-0001", "Lantern e.V.\\nHafenstraße 3\\n20459 Hamburg\\nGermany", "VR 1234",
        "Meridian Freight GmbH\\nAm Kai 9", "DE136695976", "4500012345", "14 days net", "10 Dec 2026", "€500.00",
        lines_of(pledge)[0].reference, "DE89 3704 0044 0532 0130 00", "outside the scope of VAT",
    ):  # fmt: skip
        assert each in printed
    assert invoice.due_on == date(2026, 12, 10)
    assert check.problems() == []


def test_the_sponsor_gets_it_by_e_mail_with_a_link_that_opens_it(client, bill, pledge):
    invoice = bill(pledge)

    letter = letters_to(pledge.email)[-1]
    assert invoice.label in letter.subject
    assert f"/documents/{invoice.ref}?k=" in letter.text


def test_each_kind_has_its_own_series_in_each_year(bill, pledge, a_campaign, a_pledge):
    other = a_pledge(a_campaign(), 20_00)
    with clock.at(datetime(2026, 12, 31, tzinfo=UTC)):
        first = labels(bill(pledge, kind=Kind.QUOTE), bill(pledge, kind=Kind.QUOTE), bill(pledge))
    with clock.at(datetime(2027, 1, 1, tzinfo=UTC)):
        second = labels(bill(other))

    assert first == ["Q-2026-0001", "Q-2026-0002", "INV-2026-0001"]
    assert second == ["INV-2027-0001"]


def test_each_community_has_its_own_series(bill, pledge, harbour, a_campaign, a_pledge):
    set_up(harbour)
    theirs = bill(a_pledge(a_campaign(community=harbour), 20_00))

    assert labels(bill(pledge), theirs) == [theirs.label, theirs.label]


def test_what_is_refused_leaves_no_gap(bill, pledge, a_campaign, a_pledge):
    first = bill(pledge)
    with pytest.raises(AlreadyInvoiced):
        bill(pledge)
    db.session.rollback()

    second = bill(a_pledge(a_campaign(), 20_00))
    assert (first.number, second.number) == (1, 2)


def test_a_double_click_makes_one(bill, pledge):
    assert bill(pledge, once="a").id == bill(pledge, once="a").id
    assert db.session.query(BillingDocument).count() == 1


@pytest.mark.both_databases
def test_many_at_once_are_numbered_one_after_the_other(app, bill, legal, a_campaign, a_pledge):
    campaign = a_campaign()
    given = [a_pledge(campaign, 20_00, email=f"s{number}@example.org").id for number in range(4)]
    acts = [committed(lambda each=each: bill(each, commit=False).number) for each in given]

    assert sorted(at_once(app, *acts)) == [1, 2, 3, 4]
    assert check.problems() == []


@pytest.mark.both_databases
def test_of_two_invoices_for_the_same_at_once_one_is_refused(app, bill, pledge):
    number = pledge.id
    done = at_once(app, *[committed(lambda: bill(number, commit=False).number)] * 2)

    assert {type(each) for each in done} == {int, AlreadyInvoiced}
    assert db.session.query(BillingDocument).count() == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("verb", ["UPDATE billing_document SET amount = 1", "DELETE FROM billing_line"])
def test_the_database_changes_nothing_that_was_issued(bill, pledge, verb):
    bill(pledge)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(verb))


def test_the_paper_stays_when_the_community_moves(bill, pledge, lantern):
    invoice = bill(pledge)
    before = text_of(invoice)
    db.session.get_one(CommunityLegal, lantern.id).address = "Elsewhere 1"
    db.session.get_one(Community, lantern.id).iban = "GB82WEST12345698765432"
    db.session.commit()

    assert text_of(invoice) == before


def test_one_invoice_is_for_several_pledges_of_one_company(bill, pledge, a_campaign, a_pledge, tomas):
    other = a_pledge(a_campaign(), 20_00)
    invoice = bill(pledge, other, by=tomas)

    assert invoice.money == Money(520_00, "EUR")
    assert invoice.issued_by_id == tomas.id
    assert all(each.reference in text_of(invoice) for each in lines_of(pledge, other))


def test_two_sponsors_do_not_share_one(bill, pledge, a_campaign, a_pledge, tomas):
    stranger = a_pledge(a_campaign(), 20_00, email="stranger@example.org")
    with pytest.raises(NotTogether):
        bill(pledge, stranger, by=tomas)


def test_two_people_of_one_company_do(bill, legal, a_campaign, a_pledge, a_company, tomas):
    meridian, campaign = a_company(), a_campaign()
    given = [a_pledge(campaign, 20_00, company=meridian, email=f"{who}@meridian.example") for who in "ab"]

    assert bill(*given, by=tomas).amount == 40_00


def test_two_communities_do_not_share_one(bill, pledge, harbour, a_campaign, a_pledge):
    with pytest.raises(NotTogether):
        bill(pledge, a_pledge(a_campaign(community=harbour), 20_00))


def test_without_a_legal_name_none_is_written(bill, a_campaign, a_pledge):
    with pytest.raises(NotSetUp):
        bill(a_pledge(a_campaign(), 20_00))


def test_nothing_chosen_is_nothing_to_bill(bill):
    with pytest.raises(NothingToBill):
        bill()


def test_what_was_taken_back_is_on_no_invoice(bill, pledge):
    pledge_rules.withdraw(db.session.scalars(pledges.whole(pledge.id)).one(), "Changed our minds")
    db.session.commit()
    with pytest.raises(NothingToBill):
        bill(pledge)


def test_what_nobody_confirmed_is_on_no_invoice(bill, legal, a_campaign, a_pledge):
    with pytest.raises(NothingToBill):
        bill(a_pledge(a_campaign(), 20_00, confirmed=False))


def test_a_quote_may_come_before_its_invoice(bill, pledge):
    quote, invoice = bill(pledge, kind=Kind.QUOTE), bill(pledge)

    assert "no demand for payment" in text_of(quote)
    assert "DE89" not in text_of(quote)
    assert (quote.number, invoice.number) == (1, 1)


def test_what_has_arrived_is_taken_off_what_is_to_pay(bill, pledge):
    settle(pledge, 500_00)
    printed = text_of(bill(pledge))

    assert "['Still to pay', '€0.00']" in printed
    assert "How to pay" not in printed


def test_the_rest_of_a_short_payment_is_not_invoiced_again(bill, pledge):
    bill(pledge)
    settle(pledge, 200_00)
    rest = db.session.query(Instalment).filter_by(pledge_id=pledge.id, number=2).one()

    assert rest.amount == 300_00
    with pytest.raises(AlreadyInvoiced):
        rules.issue(Kind.INVOICE, [rest.id], Order(MERIDIAN), once="rest", by=None)


def settle(pledge, amount):
    whole = db.session.scalars(pledges.whole(pledge.id)).one()
    pledge_rules.settle(whole.instalments[0], Money(amount, "EUR"))
    db.session.commit()


def test_nothing_of_the_student_is_kept_on_it(bill, pledge):
    printed = text_of(bill(pledge))

    assert not any(word in printed for word in ("Amber", "Heron", "nurse", "Mwangaza", "Kenya"))


def test_in_arabic_it_runs_from_the_right(bill, pledge):
    paper = rules.read(bill(pledge, lang="ar"))
    assert paper.dir == "rtl"
    assert paper.title.startswith("فاتورة INV-")


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (BillTo("", "Am Kai 9", "DE"), NoBillTo),
        (BillTo("Meridian", " \n ", "DE"), NoBillTo),
        (BillTo("Meridian", "Am Kai 9", "DE", "DE136695977"), BadTaxId),
    ],
    ids=["no name", "no address", "a wrong digit"],
)
def test_a_wrong_billing_entity_is_refused(bill, pledge, to, refusal):
    with pytest.raises(refusal):
        bill(pledge, to=to)


def test_a_tax_number_is_printed_in_one_spelling(bill, pledge):
    invoice = bill(pledge, to=BillTo("Meridian", "Am Kai 9", "DE", "136 695 976"))
    assert "DE136695976" in text_of(invoice)


def test_only_the_treasurer_issues_for_others(bill, pledge, amina, otto):
    for somebody in (amina, otto):
        with pytest.raises(NotAllowed):
            bill(pledge, by=somebody)
    assert db.session.query(BillingDocument).count() == 0


def test_an_invoice_is_payable_within_the_terms_from_today(bill, pledge):
    assert bill(pledge, days=60).due_on == clock.today() + timedelta(days=60)
