"""Supporters co-sign a public letter: by e-mail, confirmed by its owner, removable."""

import threading
from datetime import timedelta

import pytest
from markupsafe import escape

from campaigns.account.rules.emails import BadEmail
from campaigns.ask import rules
from campaigns.ask.models import Ask, Letter, Signature
from campaigns.ask.rules.sign import MAIL_GAP, SignaturesClosed
from campaigns.ask.states import AskState
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db
from campaigns.kit.links import LinkSpent, SignedLink
from campaigns.notice.models import Notice
from tests.ask.conftest import link_in, words_of
from tests.cast.browser import submit

EMAIL = "canary.signer@example.org"
FIELDS = {"email": EMAIL, "shown_as": "Sana Signer"}


def sign(ask, email=EMAIL, shown_as="Sana Signer", is_pseudonym=False):
    rules.sign(ask, email=email, shown_as=shown_as, is_pseudonym=is_pseudonym)
    db.session.commit()


def fresh(ask):
    return db.session.get_one(Ask, ask.id, populate_existing=True)


def confirm_path(post):
    return link_in(post()[-1], "/asks/confirm/")


def token_of(path):
    return path.rpartition("/")[2]


def test_a_signature_counts_once_it_is_confirmed(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    assert fresh(ask).signature_count == 0
    signature = rules.confirm_signature(token_of(confirm_path(post)))
    assert signature.confirmed_at is not None
    assert fresh(ask).signature_count == 1


def test_a_signature_binds_to_the_version_that_was_read(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    letter = db.session.query(Letter).filter_by(ask_id=ask.id).one()
    assert rules.confirm_signature(token_of(confirm_path(post))).letter_id == letter.id


def test_the_public_pages_change_with_a_signature(an_ask, post, a_campaign):
    campaign = a_campaign()
    ask = an_ask(AskState.PUBLIC, campaign=campaign)
    before = (ask.version, campaign.version)
    sign(ask)
    rules.confirm_signature(token_of(confirm_path(post)))
    after = (fresh(ask).version, db.session.get_one(Campaign, campaign.id, populate_existing=True).version)
    assert after == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize("state", sorted(set(AskState) - {AskState.PUBLIC, AskState.SILENT}))
def test_only_an_open_public_letter_is_signed(an_ask, state):
    with pytest.raises(SignaturesClosed):
        sign(an_ask(state))


def test_a_letter_that_was_closed_as_silent_can_still_be_signed(an_ask):
    ask = an_ask(AskState.SILENT)
    sign(ask)
    assert db.session.query(Signature).one().ask_id == ask.id


def test_an_answer_ends_the_signing_also_for_links_on_their_way(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    ask.state, ask.answered_at = AskState.ANSWERED, clock.now()
    db.session.commit()
    with pytest.raises(SignaturesClosed):
        rules.confirm_signature(token_of(path))
    db.session.rollback()
    assert fresh(ask).signature_count == 0


def test_an_address_is_sealed_and_found_by_its_fingerprint(an_ask):
    sign(an_ask(AskState.PUBLIC))
    stored = db.session.execute(db.sql.text("SELECT email, email_hash FROM signature")).one()
    assert "canary" not in stored.email
    assert stored.email_hash == crypto.fingerprint(EMAIL)


def test_an_address_signs_once_however_it_is_spelled(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    rules.confirm_signature(token_of(confirm_path(post)))
    db.session.commit()
    for spelling in ("Canary.Signer@Example.org", " canary.signer@example.org ", "canary.signer+again@example.org"):
        sign(ask, email=spelling)
    assert db.session.query(Signature).count() == 1
    assert fresh(ask).signature_count == 1


def test_two_people_sign(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    sign(ask, email="second@example.org")
    for letter in post():
        rules.confirm_signature(token_of(link_in(letter, "/asks/confirm/")))
    assert fresh(ask).signature_count == 2


def test_an_address_is_found_again_after_the_key_was_rotated(an_ask, app, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    old = app.config["SECRET_KEY"]
    crypto.use_keys("a new key that is long enough to be one", old)
    try:
        with clock.at(clock.now() + MAIL_GAP):
            sign(ask)
        assert db.session.query(Signature).one().email_hash == crypto.fingerprint(EMAIL)
    finally:
        crypto.use_keys(old)


def test_an_address_that_has_signed_is_told_so_by_mail_only(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    rules.confirm_signature(token_of(confirm_path(post)))
    db.session.commit()
    with clock.at(clock.now() + MAIL_GAP):
        sign(ask, shown_as="Somebody Else")
        [told] = [letter for letter in post() if letter["Subject"].startswith("You have already signed")]
    assert told["To"] == EMAIL
    assert "Sana Signer" in words_of(told)[0]
    assert "Somebody Else" not in words_of(told)[0]
    assert "/asks/confirm/" not in words_of(told)[0]
    assert "/asks/remove/" in words_of(told)[0]


def test_the_page_says_the_same_to_everyone(an_ask, a_signature, client):
    ask = an_ask(AskState.PUBLIC)
    a_signature(ask, "Canary Signer")
    path, addresses = f"/asks/{ask.ref}/sign", (EMAIL, "new@example.org")
    pages = [submit(client, path, follow=True, **(FIELDS | {"email": address})) for address in addresses]
    assert pages[0].text == pages[1].text
    assert pages[0].status_code == pages[1].status_code == 200


def test_an_address_gets_one_mail_in_ten_minutes(an_ask):
    ask, now = an_ask(AskState.PUBLIC), clock.now()
    for seconds in (0, 1, 300, 599):
        with clock.at(now + timedelta(seconds=seconds)):
            sign(ask)
    assert db.session.query(Notice).count() == 1
    with clock.at(now + MAIL_GAP):
        sign(ask)
    assert db.session.query(Notice).count() == 2


def test_nobody_changes_what_the_owner_is_about_to_confirm(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask, shown_as="Sana Signer")
    path = confirm_path(post)
    with clock.at(clock.now() + MAIL_GAP):
        sign(ask, shown_as="An Insult")
    assert rules.confirm_signature(token_of(path)).shown_as == "Sana Signer"


def test_two_links_of_one_signature_count_once(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    with clock.at(clock.now() + MAIL_GAP):
        sign(ask)
    for letter in post():
        rules.confirm_signature(token_of(link_in(letter, "/asks/confirm/")))
    assert fresh(ask).signature_count == 1


def test_a_link_works_once(an_ask, post):
    sign(an_ask(AskState.PUBLIC))
    token = token_of(confirm_path(post))
    rules.confirm_signature(token)
    with pytest.raises(LinkSpent):
        rules.confirm_signature(token)


def test_a_link_dies_after_a_week(an_ask, post):
    sign(an_ask(AskState.PUBLIC))
    token = token_of(confirm_path(post))
    with clock.at(clock.now() + timedelta(days=7)), pytest.raises(LinkSpent):
        rules.confirm_signature(token)


def test_a_removed_signature_loses_name_and_address(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    signature = a_signature(ask)
    rules.remove_signature(signature)
    db.session.commit()
    assert (signature.email, signature.shown_as) == ("", "")
    assert fresh(ask).signature_count == 0


def test_removing_twice_counts_down_once(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    other, signature = a_signature(ask, "Other Person"), a_signature(ask)
    rules.remove_signature(signature)
    rules.remove_signature(signature)
    assert fresh(ask).signature_count == 1
    assert other.removed_at is None


def test_a_signature_can_be_removed_after_the_answer(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    signature = a_signature(ask)
    ask.state, ask.answered_at = AskState.ANSWERED, clock.now()
    rules.remove_signature(signature)
    assert fresh(ask).signature_count == 0


def test_removing_takes_the_open_link_away(an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    rules.remove_signature(db.session.query(Signature).one())
    with pytest.raises(LinkSpent):
        rules.confirm_signature(token_of(path))


def test_somebody_who_took_it_back_can_sign_again(an_ask, post, a_signature):
    ask = an_ask(AskState.PUBLIC)
    rules.remove_signature(a_signature(ask, "Canary Signer"))
    db.session.commit()
    sign(ask, shown_as="Sana Again")
    signature = rules.confirm_signature(token_of(confirm_path(post)))
    assert (signature.shown_as, signature.email, signature.removed_at) == ("Sana Again", EMAIL, None)
    assert fresh(ask).signature_count == 1


def test_an_unusable_address_is_refused(an_ask):
    with pytest.raises(BadEmail):
        sign(an_ask(AskState.PUBLIC), email="sana at example")


def test_the_trail_holds_no_name_or_address(an_ask, post):
    sign(an_ask(AskState.PUBLIC))
    signature = rules.confirm_signature(token_of(confirm_path(post)))
    rules.remove_signature(signature)
    db.session.commit()
    entries = db.session.query(AuditEntry).filter(AuditEntry.action.startswith("signature.")).all()
    assert [entry.action for entry in entries] == ["signature.confirmed", "signature.removed"]
    assert all(entry.detail == {} and entry.actor_id is None for entry in entries)


def test_unconfirmed_signatures_are_forgotten_after_a_month(an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    kept = a_signature(ask, "Kept Person")
    a_signature(ask, "Pending Person", confirmed=False)
    rules.forget_unconfirmed()
    assert db.session.query(Signature).count() == 2
    with clock.at(clock.now() + timedelta(days=31)):
        rules.forget_unconfirmed()
    assert db.session.query(Signature).one().id == kept.id


# The pages


def test_a_supporter_signs_on_the_page(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sent = submit(client, f"/asks/{ask.ref}/sign", follow=True, **FIELDS)
    assert "Now open your e-mail" in sent.text
    done = submit(client, confirm_path(post), follow=True)
    assert "Your name stands under the letter" in done.text
    assert "Sana Signer" in client.get(f"/asks/{ask.ref}").text


def test_a_pseudonym_is_marked_as_one(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    submit(client, f"/asks/{ask.ref}/sign", **(FIELDS | {"shown_as": "A Friend", "is_pseudonym": "y"}))
    path = confirm_path(post)
    assert "a pseudonym" in client.get(path).text
    submit(client, path)
    page = client.get(f"/asks/{ask.ref}").text
    assert 'A Friend <span class="muted small">pseudonym</span>' in page


def test_opening_the_link_signs_nothing(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Sana Signer" in page.text
    assert client.head(path).status_code == 200
    assert fresh(ask).signature_count == 0
    assert db.session.query(SignedLink).one().used_at is None


def test_a_double_click_on_the_form_makes_one_signature_and_one_mail(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    answers = [submit(client, f"/asks/{ask.ref}/sign", **FIELDS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (db.session.query(Signature).count(), len(post())) == (1, 1)


def test_a_double_click_on_the_confirmation_counts_once(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    form = {"csrf_token": client.get(path).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]}
    answers = [client.post(path, data=form) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/asks/{ask.ref}/sign/confirmed"] * 2
    assert fresh(ask).signature_count == 1


def test_a_used_link_says_that_the_name_stands(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    submit(client, path)
    assert "Your name stands under the letter" in client.get(path, follow_redirects=True).text


def test_a_spent_link_after_removal_is_explained(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    path = confirm_path(post)
    submit(client, path)
    rules.remove_signature(db.session.query(Signature).one())
    db.session.commit()
    answer = client.get(path)
    assert answer.status_code == 422
    assert "This link has been used" in answer.text


def test_a_supporter_takes_the_name_back_by_the_link_in_the_mail(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    sign(ask)
    letter = post()[0]
    submit(client, link_in(letter, "/asks/confirm/"))
    path = link_in(letter, "/asks/remove/")
    assert "Sana Signer" in client.get(path).text
    assert fresh(ask).signature_count == 1
    done = submit(client, path, follow=True)
    assert "Your signature is removed" in done.text
    assert fresh(ask).signature_count == 0
    assert "Sana Signer" not in client.get(f"/asks/{ask.ref}").text


@pytest.mark.parametrize("path", ["/asks/confirm/nonsense", "/asks/remove/nonsense", "/asks/remove/NQ.nonsense"])
def test_a_made_up_link_opens_nothing(client, an_ask, path):
    an_ask(AskState.PUBLIC)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("email", "", "Enter your e-mail address."),
        ("email", "sana at example", "Enter an e-mail address, such as"),
        ("email", "s@" + "x" * 260 + ".org", ""),
        ("email", "a@example.org\r\nBcc: b@example.org", "Enter an e-mail address, such as"),
        ("shown_as", "", "Enter the name to show under the letter."),
        ("shown_as", "   ", "Enter the name to show under the letter."),
        ("shown_as", "\u200f\u202e", "Enter the name to show under the letter."),
        ("shown_as", "S" * 81, "Use at most 80 characters."),
        ("shown_as", "sana@example.org", "without an e-mail or web address"),
        ("shown_as", "Buy at https://shop.example", "without an e-mail or web address"),
    ],
)
def test_a_mistake_is_shown_at_its_field(client, an_ask, field, typed, message):
    ask = an_ask(AskState.PUBLIC)
    answer = submit(client, f"/asks/{ask.ref}/sign", **(FIELDS | {field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert message in answer.text
    other = "shown_as" if field == "email" else "email"
    assert str(escape(FIELDS[other])) in answer.text
    assert db.session.query(Signature).count() == 0


def test_a_name_cannot_turn_the_text_or_break_a_header(client, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    submit(client, f"/asks/{ask.ref}/sign", **(FIELDS | {"shown_as": "Sana\r\nBcc: x \u202eevil <b>"}))
    letter = post()[0]
    assert letter["Bcc"] is None
    assert "Sana Bcc: x evil <b>" in words_of(letter)[0]
    assert "Sana Bcc: x evil &lt;b&gt;" in words_of(letter)[1]


def test_a_letter_that_is_not_public_cannot_even_be_seen(client, an_ask):
    ask = an_ask(AskState.PRIVATE)
    for path in (f"/asks/{ask.ref}/sign", f"/asks/{ask.ref}/sign/sent"):
        assert client.get(path).status_code == 404


def test_an_answered_letter_offers_no_form(client, an_ask):
    ask = an_ask(AskState.ANSWERED)
    page = client.get(f"/asks/{ask.ref}/sign")
    assert page.status_code == 200
    assert "not open for signatures any more" in page.text
    assert "<form" not in page.text


def test_a_form_that_was_open_when_the_answer_came_is_refused(client, an_ask):
    ask = an_ask(AskState.PUBLIC)
    page = client.get(f"/asks/{ask.ref}/sign").text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    ask.state, ask.answered_at = AskState.ANSWERED, clock.now()
    db.session.commit()
    answer = client.post(f"/asks/{ask.ref}/sign", data=FIELDS | {"csrf_token": token})
    assert answer.status_code == 422
    assert "not open for signatures" in answer.text


@pytest.mark.both_databases
def test_two_at_once_make_one_signature(app, an_ask):
    ref = an_ask(AskState.PUBLIC).ref
    both = threading.Barrier(2)
    faults = []

    def press():
        with app.app_context():
            try:
                both.wait(5)
                with db.transaction():
                    ask = db.session.query(Ask).filter_by(ref=ref).one()
                    rules.sign(ask, email=EMAIL, shown_as="Sana", is_pseudonym=False)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    _at_once(press)
    assert faults == []
    assert db.session.query(Signature).count() == 1
    assert db.session.query(Notice).count() == 1


@pytest.mark.both_databases
def test_a_link_confirmed_twice_at_once_counts_once(app, an_ask, post):
    ask = an_ask(AskState.PUBLIC)
    ref = ask.ref
    sign(ask)
    token = token_of(confirm_path(post))
    both = threading.Barrier(2)
    faults = []

    def press():
        with app.app_context():
            try:
                both.wait(5)
                with db.transaction():
                    rules.confirm_signature(token)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    _at_once(press)
    assert [type(fault) for fault in faults] == [LinkSpent]
    assert db.session.query(Ask).filter_by(ref=ref).one().signature_count == 1


def _at_once(press):
    db.session.rollback()
    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    db.session.expire_all()
