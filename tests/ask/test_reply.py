"""The company answers: yes, something else, or no; once, and in its own words."""

import threading
from datetime import timedelta

import pytest
from markupsafe import escape
from sqlalchemy.exc import IntegrityError

from campaigns.ask import rules
from campaigns.ask.models import Ask, Reply
from campaigns.ask.rules.answer import AlreadyAnswered, InThePast, NothingOffered, ReasonMissing
from campaigns.ask.rules.base import CampaignNotLive, TooMuch
from campaigns.ask.rules.mails import accept_token, reply_token
from campaigns.ask.states import Answer, AskState, DeclineReason
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import IllegalMove
from campaigns.kit.money import Money
from tests.ask.conftest import CONTACT, a_reply_to, words_of
from tests.cast.browser import hidden_fields, submit

WHO = {"answered_by": "Rosa Reader", "position": "Head of Giving"}
OPEN = [AskState.PRIVATE, AskState.PUBLIC, AskState.SILENT]


def said(answer=Answer.ACCEPT, **more):
    given = {"amount": Money(500_00, "EUR")} if answer is Answer.ACCEPT else {}
    if answer is Answer.DECLINE:
        given = {"reason": DeclineReason.BUDGET}
    return rules.Said(answer, crypto.token(), **(WHO | given | more))


@pytest.fixture
def page_of(app):
    """The path of the company's page of an ask."""
    return lambda ask, answer="": f"/reply/{reply_token(ask)}" + (f"/{answer}" if answer else "")


@pytest.mark.parametrize("state", OPEN)
def test_a_company_accepts_at_every_open_stage(an_ask, state):
    ask = an_ask(state)
    reply = rules.answer(ask, said())
    assert (ask.state, reply.answer, reply.money) == (AskState.ANSWERED, Answer.ACCEPT, Money(500_00, "EUR"))
    assert ask.answered_at is not None


def test_a_late_reply_still_lands(an_ask):
    ask = an_ask(AskState.SILENT)
    with clock.at(clock.now() + timedelta(days=400)):
        rules.answer(ask, said(Answer.DECLINE))
    assert (ask.state, ask.reply.is_public) == (AskState.ANSWERED, True)


@pytest.mark.parametrize("state", [AskState.DRAFTED, AskState.MODERATED])
def test_what_was_not_sent_cannot_be_answered(an_ask, state):
    with pytest.raises(IllegalMove):
        rules.answer(an_ask(state), said())


def test_a_company_offers_something_else(an_ask):
    ask, tomorrow = an_ask(AskState.PRIVATE), clock.today() + timedelta(days=1)
    gift = {"in_kind": "three laptops", "by_date": tomorrow, "message": "Yes, but."}
    reply = rules.answer(ask, said(Answer.COUNTER, amount=Money(100_00, "EUR"), **gift))
    assert (reply.amount, reply.in_kind, reply.by_date, reply.message) == (100_00, *gift.values())


@pytest.mark.parametrize("offer", [{"amount": Money(1, "EUR")}, {"in_kind": "a term of mentoring"}])
def test_an_offer_is_money_or_in_kind(an_ask, offer):
    assert rules.answer(an_ask(AskState.PRIVATE), said(Answer.COUNTER, **offer)).answer is Answer.COUNTER


def test_an_offer_may_be_larger_than_what_is_missing(an_ask):
    offer = said(Answer.COUNTER, amount=Money(9_000_00, "EUR"))
    assert rules.answer(an_ask(AskState.PRIVATE), offer).amount == 9_000_00


@pytest.mark.parametrize("reason", DeclineReason)
def test_a_company_declines_with_a_reason(an_ask, reason):
    reply = rules.answer(an_ask(AskState.PRIVATE), said(Answer.DECLINE, reason=reason))
    assert (reply.reason, reply.amount) == (reason, None)


def test_a_refusal_keeps_no_amount_or_gift(an_ask):
    reply = rules.answer(an_ask(AskState.PRIVATE), said(Answer.DECLINE, amount=Money(5, "EUR"), in_kind="x"))
    assert (reply.amount, reply.in_kind) == (None, None)


@pytest.mark.parametrize(
    ("answer", "more", "refusal"),
    [
        (Answer.ACCEPT, {"amount": None}, NothingOffered),
        (Answer.ACCEPT, {"amount": Money(1025_51, "EUR")}, TooMuch),
        (Answer.COUNTER, {}, NothingOffered),
        (Answer.COUNTER, {"in_kind": "x", "by_date": clock.today() - timedelta(days=1)}, InThePast),
        (Answer.DECLINE, {"reason": None}, ReasonMissing),
    ],
)
def test_an_answer_that_says_too_little_is_refused(an_ask, answer, more, refusal):
    ask = an_ask(AskState.PRIVATE)
    with pytest.raises(refusal):
        rules.answer(ask, said(answer, **more))
    assert ask.state is AskState.PRIVATE


def test_all_that_is_missing_can_be_accepted(an_ask):
    assert rules.answer(an_ask(AskState.PRIVATE), said(amount=Money(1025_50, "EUR"))).amount == 1025_50


def test_what_was_covered_meanwhile_cannot_be_accepted(an_ask, a_campaign, a_pledge):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign)
    a_pledge(campaign, 1025_50)
    with pytest.raises(TooMuch, match="has been covered"):
        rules.answer(ask, said(amount=Money(1, "EUR")))


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.FUNDED, CampaignState.CANCELLED])
def test_a_campaign_that_is_not_live_takes_no_acceptance_but_other_answers(an_ask, a_campaign, state):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign)
    campaign.state = state
    with pytest.raises(CampaignNotLive):
        rules.answer(ask, said())
    assert rules.answer(ask, said(Answer.DECLINE)).answer is Answer.DECLINE


def test_there_is_one_answer(an_ask):
    ask = an_ask(AskState.PRIVATE)
    rules.answer(ask, said(Answer.DECLINE))
    with pytest.raises(AlreadyAnswered):
        rules.answer(ask, said())
    assert db.session.query(Reply).one().answer is Answer.DECLINE


def test_the_same_form_sent_twice_is_one_answer(an_ask):
    ask, form = an_ask(AskState.PRIVATE), said()
    assert rules.answer(ask, form) is rules.answer(ask, form)
    assert db.session.query(Reply).count() == 1


@pytest.mark.both_databases
def test_the_database_holds_one_answer_too(an_ask):
    ask = an_ask(AskState.ANSWERED)
    db.session.add(a_reply_to(ask, is_public=True))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": Answer.ACCEPT, "amount": None},
        {"answer": Answer.COUNTER, "amount": None},
        {"answer": Answer.DECLINE, "amount": None},
    ],
)
@pytest.mark.both_databases
def test_the_database_holds_what_each_answer_needs(an_ask, wrong):
    reply = a_reply_to(an_ask(AskState.PRIVATE), is_public=False)
    for name, value in wrong.items():
        setattr(reply, name, value)
    db.session.add(reply)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_answer_to_a_private_letter_stays_private(an_ask, client):
    ask = an_ask(AskState.PRIVATE)
    assert rules.answer(ask, said(Answer.DECLINE)).is_public is False
    db.session.commit()
    assert client.get(f"/asks/{ask.ref}").status_code == 404


def test_unless_the_company_lets_it_be_shown(an_ask, client):
    ask = an_ask(AskState.PRIVATE)
    rules.answer(ask, said(may_show=True))
    db.session.commit()
    assert "Accepted" in client.get(f"/asks/{ask.ref}").text


def test_an_answer_to_a_public_letter_is_public(an_ask):
    assert rules.answer(an_ask(AskState.PUBLIC), said()).is_public is True


@pytest.mark.parametrize(("state", "grows"), [(AskState.PRIVATE, 0), (AskState.PUBLIC, 1)])
def test_the_campaign_page_changes_with_a_public_answer_only(an_ask, a_campaign, state, grows):
    campaign = a_campaign()
    ask = an_ask(state, campaign=campaign)
    before = campaign.version
    rules.answer(ask, said())
    assert db.session.get_one(Campaign, campaign.id).version == before + grows


def test_the_author_and_the_organisers_are_told(an_ask, marta, amina, post):
    ask = an_ask(AskState.PRIVATE, author=marta)
    rules.answer(ask, said(Answer.DECLINE, message="Not this year."))
    told = [letter for letter in post() if letter["Subject"] == "Meridian Freight has answered"]
    assert {letter["To"] for letter in told} == {marta.email, amina.email}
    for body in words_of(told[0]):
        assert "Not this year." in body
        assert "no budget" in body
        assert f"/a/lantern/asks/{ask.ref}" in body
        assert "canary" not in body.lower()


def test_an_organiser_who_wrote_the_letter_is_told_once(an_ask, amina, post):
    rules.answer(an_ask(AskState.PRIVATE), said())
    assert [letter["To"] for letter in post()].count(amina.email) == 1


def test_the_company_gets_a_copy_with_the_way_to_the_pledge(an_ask, post):
    ask = an_ask(AskState.PRIVATE)
    rules.answer(ask, said())
    [copy] = [letter for letter in post() if letter["To"] == CONTACT]
    assert copy["Subject"] == "Your answer to Lantern"
    for body in words_of(copy):
        assert "€500.00" in body
        assert f"/pledge?ask={accept_token(ask)}" in body


def test_a_company_that_declined_is_not_led_to_a_pledge(an_ask, post):
    rules.answer(an_ask(AskState.PRIVATE), said(Answer.DECLINE))
    [copy] = [letter for letter in post() if letter["To"] == CONTACT]
    assert "/pledge" not in words_of(copy)[0] + words_of(copy)[1]


def test_an_acceptance_fills_in_the_pledge(an_ask, a_company):
    company = a_company()
    ask = an_ask(AskState.PRIVATE, company=company)
    rules.answer(ask, said(amount=Money(400_00, "EUR")))
    db.session.commit()
    assert rules.accepted(accept_token(ask)) == rules.Accepted(
        ask_id=ask.id,
        campaign_id=ask.campaign_id,
        amount=Money(400_00, "EUR"),
        name="Rosa Reader",
        email=CONTACT,
        company_id=company.id,
        company_name="Meridian Freight",
    )


def test_no_other_token_fills_in_a_pledge(an_ask):
    open_ask = an_ask(AskState.PRIVATE)
    assert rules.accepted("nonsense") is None
    assert rules.accepted(reply_token(open_ask)) is None
    assert rules.accepted(accept_token(open_ask)) is None
    assert rules.accepted(links.sign("ask.accept", "NOSUCHREF")) is None
    rules.answer(open_ask, said(Answer.COUNTER, amount=Money(5_00, "EUR")))
    assert rules.accepted(accept_token(open_ask)) is None


def test_names_keep_to_one_line(an_ask):
    reply = rules.answer(an_ask(AskState.PRIVATE), said(answered_by="Rosa\r\nReader", position="Head\nof Giving"))
    assert (reply.answered_by, reply.position) == ("Rosa Reader", "Head of Giving")


# The pages


def test_the_page_shows_the_letter_the_figures_and_three_ways(client, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    page = client.get(page_of(ask)).text
    assert "<strong>stand behind</strong>" in page
    assert "€1,025.50" in page
    assert "This letter is private until" in page
    for answer in Answer:
        assert f"{page_of(ask)}/{answer.value}" in page


def test_reading_answers_nothing(client, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    for answer in ("", "accept", "counter", "decline"):
        assert client.get(page_of(ask, answer)).status_code == 200
        assert client.head(page_of(ask, answer)).status_code == 200
    assert db.session.get_one(Ask, ask.id, populate_existing=True).state is AskState.PRIVATE


def test_the_page_of_a_public_letter_says_so(client, an_ask, page_of):
    ask = an_ask(AskState.PUBLIC)
    assert "This letter is public" in client.get(page_of(ask)).text
    assert "may be shown in public" not in client.get(page_of(ask, "decline")).text


def test_nothing_is_offered_for_acceptance_when_all_is_covered(client, an_ask, a_campaign, a_pledge, page_of):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign)
    a_pledge(campaign, 1025_50)
    page = client.get(page_of(ask)).text
    assert "nothing left to accept" in page
    assert "/accept" not in page


def test_accepting_leads_on_to_the_pledge(client, an_ask, page_of, a_campaign):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign)
    answer = submit(client, page_of(ask, "accept"), amount="400", **WHO)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/c/{campaign.slug}/pledge?ask={accept_token(ask)}"
    assert db.session.query(Reply).one().amount == 400_00


def test_the_amount_is_filled_in_with_what_was_asked(client, an_ask, page_of):
    page = client.get(page_of(an_ask(AskState.PRIVATE), "accept")).text
    assert 'value="500.00"' in page
    assert 'value="Rosa Reader"' in page


def test_or_with_what_is_left_of_it(client, an_ask, page_of, a_campaign, a_pledge):
    campaign = a_campaign()
    ask = an_ask(AskState.PRIVATE, campaign=campaign)
    a_pledge(campaign, 1000_00)
    assert 'value="25.50"' in client.get(page_of(ask, "accept")).text


def test_an_offer_is_sent_from_the_page(client, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    answer = submit(client, page_of(ask, "counter"), follow=True, in_kind="three laptops", **WHO)
    assert "Other offer" in answer.text
    assert "three laptops" in answer.text
    assert "Private: only Lantern can read it." in answer.text


def test_a_refusal_is_sent_from_the_page_and_may_be_shown(client, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    answer = submit(client, page_of(ask, "decline"), follow=True, reason="policy", may_show="y", **WHO)
    assert "Declined" in answer.text
    assert "Shown in public beside the letter." in answer.text
    assert client.get(f"/asks/{ask.ref}").status_code == 200


@pytest.mark.parametrize(
    ("answer", "typed", "field", "message"),
    [
        ("accept", {"amount": ""}, "amount", "Enter an amount."),
        ("accept", {"amount": "all"}, "amount", "Type an amount in figures"),
        ("accept", {"amount": "0"}, "amount", "must be above zero"),
        ("accept", {"amount": "-3"}, "amount", "must be above zero"),
        ("accept", {"amount": "1.001"}, "amount", "have 2 decimals"),
        ("accept", {"amount": "$5"}, "amount", "Amounts here are in EUR"),
        ("accept", {"amount": "1025.51"}, "amount", "still needs €1,025.50"),
        ("accept", {"amount": "5", "answered_by": ""}, "answered_by", "Enter your name."),
        ("accept", {"amount": "5", "position": ""}, "position", "Enter your position"),
        ("accept", {"amount": "5", "position": "P" * 121}, "position", "Use at most 120"),
        ("counter", {}, "amount", "Offer an amount, something in kind, or both."),
        ("counter", {"amount": "five"}, "amount", "Type an amount in figures"),
        ("counter", {"amount": "0"}, "amount", "must be above zero"),
        ("counter", {"in_kind": "k" * 201}, "in_kind", "Use at most 200"),
        ("counter", {"in_kind": "x", "by_date": "2020-01-01"}, "by_date", "has passed"),
        ("counter", {"in_kind": "x", "by_date": "31/12"}, "by_date", "Not a valid date"),
        ("decline", {}, "reason", "Choose the reason"),
        ("decline", {"reason": "spite"}, "reason", "Not a valid choice"),
        ("decline", {"reason": "other", "message": "m" * 2001}, "message", "Use at most 2,000"),
    ],
)
def test_a_mistake_is_shown_at_its_field(client, an_ask, page_of, answer, typed, field, message):
    ask = an_ask(AskState.PRIVATE)
    page = submit(client, page_of(ask, answer), **(WHO | {"message": "Kept words."} | typed))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert message in page.text
    kept = typed.get("message", "Kept words.")
    assert str(escape(kept)) in page.text
    assert db.session.query(Reply).count() == 0


def test_a_double_click_leads_to_the_same_place(client, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    form = hidden_fields(client.get(page_of(ask, "accept")).text) | WHO | {"amount": "500"}
    answers = [client.post(page_of(ask, "accept"), data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert db.session.query(Reply).count() == 1


def test_the_second_of_two_people_sees_that_it_is_answered(app, an_ask, page_of):
    ask = an_ask(AskState.PRIVATE)
    one, two = app.test_client(), app.test_client()
    forms = [hidden_fields(c.get(page_of(ask, "decline")).text) | WHO | {"reason": "budget"} for c in (one, two)]
    assert one.post(page_of(ask, "decline"), data=forms[0]).status_code == 303
    second = two.post(page_of(ask, "decline"), data=forms[1], follow_redirects=True)
    assert second.status_code == 200
    assert "This letter has been answered already" in second.text
    assert "Declined" in second.text
    assert db.session.query(Reply).count() == 1


def test_an_answered_letter_shows_the_answer_and_no_form(client, an_ask, page_of, post):
    ask = an_ask(AskState.ANSWERED)
    page = client.get(page_of(ask)).text
    assert "Accepted" in page
    assert "Go on to your pledge" in page
    assert "Your answer" not in page
    assert client.get(page_of(ask, "decline")).status_code == 303


@pytest.mark.parametrize("path", ["/reply/nonsense", "/reply/nonsense/accept", "/reply/QUJD.x/decline"])
def test_a_made_up_link_opens_nothing(client, an_ask, path):
    an_ask(AskState.PRIVATE)
    assert client.get(path).status_code == 404


def test_the_reference_of_a_letter_alone_is_no_link(client, an_ask):
    ask = an_ask(AskState.PRIVATE)
    assert client.get(f"/reply/{ask.ref}").status_code == 404


def test_a_link_of_one_purpose_does_not_serve_another(client, an_ask):
    ask = an_ask(AskState.PRIVATE)
    assert client.get(f"/reply/{accept_token(ask)}").status_code == 404


def test_words_of_the_company_are_text(client, an_ask, page_of):
    ask = an_ask(AskState.PUBLIC)
    attack = "<script>alert(1)</script>"
    fields = {"reason": "other", "message": attack, "answered_by": attack, "position": attack}
    submit(client, page_of(ask, "decline"), **fields)
    page = client.get(f"/asks/{ask.ref}").text
    assert "<script" not in page
    assert str(escape(attack)) in page


@pytest.mark.both_databases
def test_two_answers_at_once_leave_one(app, an_ask):
    ref = an_ask(AskState.PRIVATE).ref
    both, faults = threading.Barrier(2), []

    def press(answer):
        with app.app_context():
            try:
                both.wait(5)
                with db.transaction():
                    rules.answer(db.session.query(Ask).filter_by(ref=ref).one(), said(answer))
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=press, args=(answer,)) for answer in (Answer.ACCEPT, Answer.DECLINE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [type(fault) for fault in faults] == [AlreadyAnswered]
    assert db.session.query(Reply).count() == 1
