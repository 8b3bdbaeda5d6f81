"""An advocate writes to a company; until it is sent, the letter can be changed."""

import pytest
from markupsafe import escape
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import Organisation
from campaigns.account.rules.emails import BadEmail
from campaigns.ask import rules
from campaigns.ask.models import Ask, Company, Letter
from campaigns.ask.rules.base import CampaignNotLive, TooMuch
from campaigns.ask.rules.write import AlreadyAsked, AlreadySent
from campaigns.ask.states import AskState
from campaigns.audit.models import AuditEntry
from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from tests.ask.conftest import BODY, CONTACT, SUBJECT
from tests.cast.browser import hidden_fields, submit


def draft(**changes):
    given = {
        "contact_name": "Rosa Reader",
        "contact_email": CONTACT,
        "amount": Money(500_00, "EUR"),
        "subject": SUBJECT,
        "body": BODY,
    }
    return rules.Draft(**(given | changes))


FIELDS = {"contact_name": "Rosa Reader", "contact_email": CONTACT, "amount": "500", "subject": SUBJECT, "body": BODY}


def letters_of(ask):
    return db.session.query(Letter).filter_by(ask_id=ask.id).order_by(Letter.version).all()


def test_an_organiser_asks_a_known_company(amina, a_campaign, a_company):
    ask = rules.create(a_campaign(), a_company(), draft(), by=amina)
    assert (ask.state, ask.author_id, ask.money) == (AskState.DRAFTED, amina.id, Money(500_00, "EUR"))
    assert [(letter.version, letter.subject) for letter in letters_of(ask)] == [(1, SUBJECT)]


def test_a_member_asks_a_company_that_is_named_for_the_first_time(marta, a_campaign):
    ask = rules.create(a_campaign(), "Delphi Mills", draft(), by=marta)
    company = db.session.get_one(Organisation, ask.company_id)
    assert (company.name, company.slug) == ("Delphi Mills", "delphi-mills")
    assert db.session.get_one(Company, company.id).sector is None


@pytest.mark.parametrize("name", ["victor", "safiya", "tomas", "rita", "otto", "mo"])
def test_nobody_else_asks_in_the_name_of_a_community(request, a_campaign, a_company, name):
    with pytest.raises(NotAllowed):
        rules.create(a_campaign(), a_company(), draft(), by=request.getfixturevalue(name))


def test_the_letter_is_rendered_safely(amina, a_campaign, a_company):
    body = BODY + "<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://tracker.example/p.png)"
    ask = rules.create(a_campaign(), a_company(), draft(body=body), by=amina)
    html = letters_of(ask)[0].body_html
    assert "<strong>stand behind</strong>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_each_company_is_asked_once_for_a_campaign(amina, marta, a_campaign, a_company):
    campaign, company = a_campaign(), a_company()
    rules.create(campaign, company, draft(), by=amina)
    with pytest.raises(AlreadyAsked, match="Meridian Freight has been asked for this campaign already"):
        rules.create(campaign, company, draft(), by=marta)
    assert db.session.query(Ask).count() == 1


def test_another_letter_by_the_same_author_is_refused_too(amina, a_campaign, a_company):
    campaign, company = a_campaign(), a_company()
    rules.create(campaign, company, draft(), by=amina)
    with pytest.raises(AlreadyAsked):
        rules.create(campaign, company, draft(body=BODY + "More."), by=amina)


def test_a_double_click_makes_one_ask(amina, a_campaign, a_company):
    campaign, company = a_campaign(), a_company()
    first = rules.create(campaign, company, draft(), by=amina)
    second = rules.create(campaign, company, draft(), by=amina)
    assert first is second
    assert db.session.query(Ask).count() == 1


@pytest.mark.both_databases
def test_the_database_refuses_a_second_ask_too(an_ask, a_campaign, a_company):
    campaign, company = a_campaign(), a_company()
    an_ask(campaign=campaign, company=company)
    with pytest.raises(IntegrityError):
        an_ask(campaign=campaign, company=company)


@pytest.mark.both_databases
def test_the_database_refuses_an_author_as_second_reader(an_ask, amina):
    ask = an_ask()
    ask.moderated_by_id = amina.id
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("state", sorted(set(CampaignState) - {CampaignState.LIVE}))
def test_only_a_live_campaign_can_be_supported(amina, a_campaign, a_company, state):
    with pytest.raises(CampaignNotLive):
        rules.create(a_campaign(state), a_company(), draft(), by=amina)


def test_no_more_is_asked_than_is_needed(amina, a_campaign, a_company, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 1000_00)
    with pytest.raises(TooMuch, match=r"€25\.50"):
        rules.create(campaign, a_company(), draft(amount=Money(25_51, "EUR")), by=amina)
    assert rules.create(campaign, a_company("Other Works"), draft(amount=Money(25_50, "EUR")), by=amina).amount == 25_50


def test_a_campaign_that_is_covered_needs_nothing_more(amina, a_campaign, a_company, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 1025_50)
    with pytest.raises(TooMuch, match="has been covered"):
        rules.create(campaign, a_company(), draft(amount=Money(1, "EUR")), by=amina)


def test_the_contact_is_sealed_at_rest(amina, a_campaign, a_company):
    rules.create(a_campaign(), a_company(), draft(), by=amina)
    stored = db.session.execute(db.sql.text("SELECT contact_email FROM ask")).scalar_one()
    assert "canary" not in stored
    assert "meridian" not in stored


def test_a_bad_address_is_refused_at_its_own_field(amina, a_campaign, a_company):
    with pytest.raises(BadEmail) as refusal:
        rules.create(a_campaign(), a_company(), draft(contact_email="rosa at meridian"), by=amina)
    assert refusal.value.field == "contact_email"


def test_names_and_subjects_keep_to_one_line(amina, a_campaign):
    ask = rules.create(
        a_campaign(),
        "Delphi\r\nBcc: all@example.org Mills",
        draft(contact_name="Rosa\nX-Evil: 1", subject="Hello\r\nBcc: x@example.org"),
        by=amina,
    )
    assert ask.contact_name == "Rosa X-Evil: 1"
    assert letters_of(ask)[0].subject == "Hello Bcc: x@example.org"
    assert db.session.get_one(Organisation, ask.company_id).name == "Delphi Bcc: all@example.org Mills"


def test_what_was_done_is_noted_without_personal_data(amina, a_campaign, a_company):
    rules.create(a_campaign(), a_company(), draft(), by=amina)
    db.session.flush()
    entry = db.session.query(AuditEntry).filter_by(action="ask.created").one()
    assert (entry.actor_id, entry.detail) == (amina.id, {})


def test_a_changed_letter_is_a_new_version(amina, an_ask):
    ask = an_ask()
    rules.edit(ask, draft(body=BODY + "And thank you."), by=amina)
    assert [letter.version for letter in letters_of(ask)] == [1, 2]
    assert letters_of(ask)[1].body.endswith("And thank you.")
    assert letters_of(ask)[0].body == BODY


def test_a_changed_letter_loses_its_approval(amina, an_ask):
    ask = an_ask(AskState.MODERATED)
    rules.edit(ask, draft(body=BODY + "More."), by=amina)
    assert (ask.state, ask.moderated_by_id, ask.moderated_at) == (AskState.DRAFTED, None, None)


def test_a_changed_amount_loses_the_approval_too_but_is_no_new_letter(amina, an_ask):
    ask = an_ask(AskState.MODERATED)
    rules.edit(ask, draft(amount=Money(600_00, "EUR")), by=amina)
    assert (ask.state, ask.amount) == (AskState.DRAFTED, 600_00)
    assert len(letters_of(ask)) == 1


def test_a_revised_letter_waits_for_its_reader_again(amina, an_ask):
    ask = an_ask()
    ask.returned_note = "Shorter, please."
    rules.edit(ask, draft(body=BODY + "Shorter."), by=amina)
    assert ask.returned_note is None


@pytest.mark.parametrize("state", [AskState.PRIVATE, AskState.PUBLIC, AskState.SILENT, AskState.ANSWERED])
def test_what_the_company_has_stays_as_it_is(amina, an_ask, state):
    ask = an_ask(state)
    with pytest.raises(AlreadySent):
        rules.edit(ask, draft(body=BODY + "More."), by=amina)
    assert len(letters_of(ask)) == 1


def test_an_edit_cannot_ask_for_more_than_is_needed(amina, an_ask):
    with pytest.raises(TooMuch):
        rules.edit(an_ask(), draft(amount=Money(1025_51, "EUR")), by=amina)


def test_only_advocates_edit(safiya, an_ask):
    with pytest.raises(NotAllowed):
        rules.edit(an_ask(), draft(), by=safiya)


def test_the_page_offers_live_campaigns_of_the_own_community_only(sign_in, amina, a_campaign, harbour, otto):
    a_campaign(title="A nurse for Western Kenya")
    a_campaign(CampaignState.DRAFT, title="Still a draft")
    a_campaign(title="Of another place", community=harbour, author=otto)
    page = sign_in(amina).get("/a/lantern/asks/new").text
    assert "A nurse for Western Kenya" in page
    assert "Still a draft" not in page
    assert "Of another place" not in page


def test_a_company_is_found_by_a_part_of_its_name(sign_in, amina, a_campaign, a_company):
    campaign = a_campaign()
    a_company("Meridian Freight")
    a_company("Delphi Mills")
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={campaign.slug}&q=ridian").text
    assert f"/a/lantern/asks/new?campaign={campaign.slug}&amp;company=meridian-freight" in page
    assert "Delphi" not in page


def test_a_percent_sign_is_no_wildcard(sign_in, amina, a_campaign, a_company):
    campaign = a_campaign()
    a_company("Meridian Freight")
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={campaign.slug}&q=%25").text
    assert "We know no company called" in page


def test_the_search_shows_who_was_asked_already(sign_in, amina, an_ask, a_campaign):
    campaign = a_campaign()
    ask = an_ask(campaign=campaign)
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={campaign.slug}&q=meridian").text
    assert "asked already" in page
    assert f"/a/lantern/asks/{ask.ref}" in page


def test_a_letter_with_the_facts_is_suggested(sign_in, amina, a_campaign, a_company):
    campaign = a_campaign()
    a_company()
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={campaign.slug}&company=meridian-freight").text
    assert "Dear Meridian Freight team" in page
    assert "| Tuition | Term 1, 2027 | €900.00 |" in page
    assert "Amber Heron" in page
    assert f"http://localhost/c/{campaign.slug}" in page
    assert 'value="1025.50"' in page
    assert "Canary" not in page


def test_marks_in_a_title_do_not_bend_the_suggested_letter(sign_in, amina, a_campaign):
    campaign = a_campaign(title="Fees | *all* of [them]")
    page = sign_in(amina).get(f"/a/lantern/asks/new?campaign={campaign.slug}&name=Delphi").text
    assert "Fees \\| \\*all\\* of \\[them]" in page


def test_a_letter_is_saved_from_the_page(sign_in, amina, a_campaign, a_company):
    campaign = a_campaign()
    a_company()
    url = f"/a/lantern/asks/new?campaign={campaign.slug}&company=meridian-freight"
    answer = submit(sign_in(amina), url, follow=True, **FIELDS)
    ask = db.session.query(Ask).one()
    assert answer.request.path == f"/a/lantern/asks/{ask.ref}"
    assert "A second person reads the letter" in answer.text
    assert (ask.amount, ask.contact_email) == (500_00, CONTACT)


def test_a_preview_saves_nothing(sign_in, amina, a_campaign):
    url = f"/a/lantern/asks/new?campaign={a_campaign().slug}&name=Delphi"
    answer = submit(sign_in(amina), url, **FIELDS, preview="1")
    assert answer.status_code == 200
    assert "<strong>stand behind</strong>" in answer.text
    assert db.session.query(Ask).count() == 0


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("contact_name", "", "Name the person whom you write to."),
        ("contact_name", "R" * 121, "Use at most 120 characters."),
        ("contact_email", "", "Enter an e-mail address."),
        ("contact_email", "rosa at meridian", "Enter an e-mail address, such as"),
        ("amount", "", "Enter an amount."),
        ("amount", "nothing", "Type an amount in figures"),
        ("amount", "-5", "must be above zero"),
        ("amount", "0", "must be above zero"),
        ("amount", "10.001", "have 2 decimals"),
        ("amount", "$10", "Amounts here are in EUR"),
        ("amount", "1025.51", "This campaign still needs €1,025.50"),
        ("amount", "9" * 30, "larger than can be recorded"),
        ("subject", "", "Give the letter a subject."),
        ("subject", "S" * 151, "Use at most 150 characters."),
        ("body", "", "Write the letter."),
        ("body", "Too short.", "at least 100 characters"),
        ("body", "b" * 10_001, "Use at most 10,000 characters."),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(sign_in, amina, a_campaign, field, typed, message):
    url = f"/a/lantern/asks/new?campaign={a_campaign().slug}&name=Delphi"
    answer = submit(sign_in(amina), url, **(FIELDS | {field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert message in answer.text
    assert str(escape(typed)) in answer.text
    assert all(str(escape(FIELDS[other])) in answer.text for other in FIELDS if other not in {field, "body"})
    assert db.session.query(Ask).count() == 0
    assert db.session.query(Organisation).filter_by(name="Delphi").count() == 0


def test_a_campaign_that_closed_while_the_form_was_open_is_not_asked_for(sign_in, amina, a_campaign):
    campaign = a_campaign()
    client = sign_in(amina)
    url = f"/a/lantern/asks/new?campaign={campaign.slug}&name=Delphi"
    hidden = hidden_fields(client.get(url).text)
    campaign.state = CampaignState.PAUSED
    db.session.commit()
    answer = client.post(url, data=FIELDS | hidden)
    assert answer.status_code == 422
    assert "This campaign is not live" in answer.text
    assert SUBJECT in answer.text
    assert db.session.query(Ask).count() == 0


def test_the_page_says_kindly_that_a_company_was_asked(sign_in, marta, an_ask, a_campaign):
    campaign = a_campaign()
    an_ask(campaign=campaign)
    url = f"/a/lantern/asks/new?campaign={campaign.slug}&company=meridian-freight"
    answer = submit(sign_in(marta), url, **FIELDS)
    assert answer.status_code == 422
    assert "has been asked for this campaign already" in answer.text


def test_a_letter_is_changed_on_its_page(sign_in, amina, an_ask):
    ask = an_ask(AskState.MODERATED)
    answer = submit(sign_in(amina), f"/a/lantern/asks/{ask.ref}/edit", follow=True, **(FIELDS | {"subject": "Shorter"}))
    assert "A second person reads it again" in answer.text
    assert letters_of(ask)[-1].subject == "Shorter"


def test_the_page_to_change_shows_what_the_reader_wants(sign_in, amina, an_ask):
    ask = an_ask()
    ask.returned_note = "Please leave out the reproach."
    db.session.commit()
    page = sign_in(amina).get(f"/a/lantern/asks/{ask.ref}/edit").text
    assert "Please leave out the reproach." in page
    assert SUBJECT in page
    assert 'value="500.00"' in page


def test_a_refused_change_shows_the_form_again(sign_in, amina, an_ask):
    ask = an_ask(AskState.PRIVATE)
    answer = submit(sign_in(amina), f"/a/lantern/asks/{ask.ref}/edit", **FIELDS)
    assert answer.status_code == 422
    assert "its words stay as they are" in answer.text


@pytest.mark.parametrize("path", ["/a/lantern/asks/new", "/a/lantern/asks"])
def test_another_community_does_not_even_know_of_the_page(sign_in, otto, lantern, path):
    assert sign_in(otto).get(path).status_code == 404


def test_a_vetter_does_not_write_letters(sign_in, victor):
    assert sign_in(victor).get("/a/lantern/asks/new").status_code == 403


def test_an_unknown_company_or_campaign_is_not_found(sign_in, amina, a_campaign):
    client, campaign = sign_in(amina), a_campaign()
    assert client.get(f"/a/lantern/asks/new?campaign={campaign.slug}&company=nobody").status_code == 404
    assert client.get("/a/lantern/asks/new?campaign=nothing").status_code == 404
