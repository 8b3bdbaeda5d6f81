"""One's own account: name, password, address."""

import pytest

from campaigns.account import passwords, rules, sessions
from campaigns.account.rules.credentials import WrongPassword
from campaigns.account.rules.people import EmailTaken
from campaigns.kit import clock, db
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.cast.people import PASSWORD

NEW = "a quite different sentence"


def again(user):
    return db.session.get_one(type(user), user.id)


def test_a_new_name_is_kept(sign_in, amina):
    client = sign_in(amina)
    answer = submit(client, "/account", to="/account", name="Amina  Otieno")
    assert answer.status_code == 303
    assert again(amina).name == "Amina Otieno"
    assert "Your name is changed." in client.get("/account").text


def test_an_empty_name_is_refused(sign_in, amina):
    answer = submit(sign_in(amina), "/account", to="/account", name=" ")
    assert answer.status_code == 422
    assert again(amina).name == "Amina"


def test_the_account_lists_communities_and_roles(sign_in, tomas):
    page = sign_in(tomas).get("/account").text
    assert "Lantern" in page
    assert "treasurer" in page


def test_a_new_password_needs_the_current_one(sign_in, amina):
    answer = submit(sign_in(amina), "/account/password", current="not hers at all", password=NEW)
    assert answer.status_code == 422
    assert 'id="current-error"' in answer.text
    assert passwords.matches(again(amina).password_hash, PASSWORD)


def test_a_new_password_signs_out_all_other_browsers_and_tells_the_owner(sign_in, amina):
    here, elsewhere = sign_in(amina), sign_in(amina)
    answer = submit(here, "/account/password", current=PASSWORD, password=NEW)
    assert answer.location == "/account"
    assert passwords.matches(again(amina).password_hash, NEW)
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert letters_to("amina@example.org")[-1].subject == "Your password was changed"


def test_a_new_password_obeys_the_policy(sign_in, amina):
    answer = submit(sign_in(amina), "/account/password", current=PASSWORD, password="password1234")
    assert answer.status_code == 422
    assert "tried first" in answer.text
    assert passwords.matches(again(amina).password_hash, PASSWORD)


def test_a_new_password_ends_links_for_a_forgotten_one(sign_in, client, amina):
    submit(client, "/password/forgot", email="amina@example.org")
    link = link_to("amina@example.org", "/password/reset/")
    submit(sign_in(amina), "/account/password", current=PASSWORD, password=NEW)
    assert client.get(link).status_code == 410


def test_password_managers_are_led_to_the_page(client):
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/account/password")
    assert "Set-Cookie" not in answer.headers


def test_a_new_address_counts_once_its_link_is_confirmed(sign_in, app, amina):
    client = sign_in(amina)
    submit(client, "/account/email", email="Amina.Otieno+v@example.org", password=PASSWORD)
    assert again(amina).email == "amina@example.org"

    link = link_to("amina.otieno+v@example.org", "/account/email/")
    assert app.test_client().get(link).status_code == 200
    assert again(amina).email == "amina@example.org"
    submit(client, link)
    assert (again(amina).email, again(amina).email_canonical) == (
        "amina.otieno+v@example.org",
        "amina.otieno@example.org",
    )
    assert "amina.otieno+v@example.org" in letters_to("amina@example.org")[-1].text
    assert client.get(link).status_code == 410


def test_a_new_address_needs_the_password(sign_in, amina):
    answer = submit(sign_in(amina), "/account/email", email="new@example.org", password="not hers at all")
    assert answer.status_code == 422
    assert letters_to("new@example.org") == []


def test_a_taken_address_gets_the_same_answer_and_its_owner_is_told(sign_in, amina, rita):
    client = sign_in(amina)
    answers = []
    for email in ("rita@example.org", "free@example.org"):
        answer = submit(client, "/account/email", email=email, password=PASSWORD)
        answers.append((answer.status_code, answer.location, answer.data))
    assert answers[0] == answers[1]
    assert letters_to("rita@example.org")[-1].subject == "You already have an account on Vouch"


def test_an_address_that_was_taken_meanwhile_is_refused(sign_in, amina):
    client = sign_in(amina)
    submit(client, "/account/email", email="new@example.org", password=PASSWORD)
    link = link_to("new@example.org", "/account/email/")
    rules.create_user("Somebody", "new@example.org", PASSWORD)
    db.session.commit()
    with pytest.raises(EmailTaken):
        rules.confirm_email(link.rsplit("/", 1)[1])
    db.session.rollback()
    assert submit(client, link).status_code == 422
    assert again(amina).email == "amina@example.org"


def test_the_password_counts_for_fifteen_minutes(app, amina):
    token = sessions.start(amina)
    db.session.commit()
    assert sessions.load(token).reauthenticated
    with clock.at(clock.now() + sessions.FRESH):
        assert not sessions.load(token).reauthenticated
        rules.reauthenticate(amina, PASSWORD)
        db.session.commit()
        assert sessions.load(token).reauthenticated


def test_a_wrong_password_freshens_nothing(app, amina):
    with pytest.raises(WrongPassword):
        rules.reauthenticate(amina, "not hers at all")


def test_reauthenticating_leads_back_to_where_it_was_asked_for(sign_in, amina):
    client = sign_in(amina)
    wrong = submit(client, "/account/reauthenticate?next=/a/lantern/settings", password="not hers at all")
    assert wrong.status_code == 422
    right = submit(client, "/account/reauthenticate?next=/a/lantern/settings", password=PASSWORD)
    assert right.location == "/a/lantern/settings"
