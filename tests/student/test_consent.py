"""Consent is given, checked and withdrawn, each purpose apart; it ends by itself after a year or at 18."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.account.states import Role
from campaigns.audit.models import AuditEntry
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.student import queries, rules
from campaigns.student.models import Application, Consent, Need
from campaigns.student.rules import requests
from campaigns.student.rules.consent import Closed, NoConsent, NoGiver, NotAgreed, TooEarly
from campaigns.student.states import ConsentEvent, Purpose, Stage
from campaigns.student.wordings import WORDINGS
from tests.cast.browser import submit
from tests.student.conftest import fresh

TEXT, IMAGE, APPLY = Purpose.PUBLISH_TEXT, Purpose.PUBLISH_IMAGE, Purpose.APPLY
BOTH = {APPLY, TEXT}


@pytest.fixture
def approved(a_draft):
    """An approved application whose consent nobody has checked yet."""

    def make(**details):
        application = a_draft(**details)
        application.stage = Stage.APPROVED
        db.session.commit()
        return fresh(application)

    return make


def events(application) -> list[tuple[Purpose, ConsentEvent]]:
    return [(row.purpose, row.event) for row in db.session.scalars(queries.consents_of(application.id))]


def test_given_is_not_enough_it_has_to_be_checked(approved, safiya):
    application = approved()
    assert not rules.has_consent([application.id], TEXT)

    rules.check(application, {TEXT}, how="By telephone with the mother", by=safiya)

    assert rules.has_consent([application.id], TEXT)
    assert not rules.has_consent([application.id], IMAGE)


def test_the_words_that_were_agreed_to_are_kept_with_their_fingerprint(approved):
    rows = db.session.scalars(queries.consents_of(approved().id)).all()

    words = {(row.purpose, row.by_guardian): row.wording for row in rows}
    assert words[TEXT, False] == WORDINGS[TEXT].student
    assert words[TEXT, True] == WORDINGS[TEXT].guardian
    assert all(row.wording_hash == crypto.digest(row.wording) for row in rows)


@pytest.mark.both_databases
def test_a_row_of_consent_is_never_changed(approved):
    row = db.session.scalars(queries.consents_of(approved().id)).first()
    row.relation = "uncle"

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.flush()


def test_how_it_was_checked_and_by_whom_is_kept(approved, safiya):
    rules.check(approved(), {TEXT}, how="By telephone with the mother", by=safiya)

    row = db.session.query(Consent).filter_by(event="checked").one()
    assert (row.checked_how, row.recorded_by_id) == ("By telephone with the mother", safiya.id)


@pytest.mark.parametrize("who", ["victor", "amina", "tomas", "otto", "noor"])
def test_only_a_safeguarding_officer_checks_or_ends_consent(approved, request, who):
    person, application = request.getfixturevalue(who), approved()

    with pytest.raises(NotAllowed):
        rules.check(application, {TEXT}, how="I know them", by=person)
    with pytest.raises(NotAllowed):
        rules.withdraw(application, TEXT, by=person)


def test_an_officer_does_not_check_the_own_consent(approved, a_user, lantern):
    officer = a_user("Sara", (Role.SAFEGUARDING_OFFICER, lantern))

    with pytest.raises(NotAllowed):
        rules.check(approved(contact="sara@example.org"), {TEXT}, how="Me", by=officer)


def test_what_was_not_given_cannot_be_checked(approved, safiya):
    with pytest.raises(NotAgreed):
        rules.check(approved(), {IMAGE}, how="By telephone", by=safiya)


def test_the_students_word_alone_is_not_enough_for_a_minor(approved, safiya):
    application = approved()
    rules.give(application, BOTH, {APPLY})

    with pytest.raises(NotAgreed):
        rules.check(application, {TEXT}, how="By telephone", by=safiya)


def test_the_guardians_word_alone_is_not_enough_either(approved, safiya):
    application = approved()
    rules.give(application, {APPLY}, BOTH)

    with pytest.raises(NotAgreed):
        rules.check(application, {TEXT}, how="By telephone", by=safiya)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.IN_REVIEW, Stage.DECLINED, Stage.LEFT])
def test_consent_is_checked_once_the_application_is_approved(approved, safiya, stage):
    application = approved()
    application.stage = stage

    with pytest.raises(TooEarly):
        rules.check(application, {TEXT}, how="By telephone", by=safiya)


@pytest.mark.parametrize("missing", ["legal_name", "guardian_name"])
def test_consent_needs_the_names_of_those_who_give_it(a_draft, missing):
    draft = a_draft(without={missing, "consent"})

    with pytest.raises(NoGiver):
        rules.give(draft, BOTH, BOTH)


# ---- Withdrawal ----


@pytest.mark.parametrize("officer", [True, False])
def test_withdrawn_is_over_at_once(approved, safiya, officer):
    application = approved()
    rules.check(application, BOTH, how="By telephone", by=safiya)

    rules.withdraw(application, TEXT, by=safiya if officer else None)

    assert not rules.has_consent([application.id], TEXT)
    assert rules.has_consent([application.id], APPLY)
    assert db.session.scalars(queries.withdrawn([application.id])).all() == [application.id]


def test_withdrawing_what_was_not_given_leaves_no_event(approved, safiya):
    application = approved()
    before = events(application)

    rules.withdraw(application, IMAGE, by=safiya)

    assert events(application) == before


def test_given_again_it_has_to_be_checked_again(approved, safiya):
    application = approved()
    rules.check(application, BOTH, how="By telephone", by=safiya)
    rules.give(application, {APPLY}, {APPLY})

    rules.give(application, BOTH, BOTH)

    assert not rules.has_consent([application.id], TEXT)
    rules.check(application, {TEXT}, how="By telephone", by=safiya)
    assert rules.has_consent([application.id], TEXT)


def test_saving_the_same_again_leaves_the_check_standing(approved, safiya):
    application = approved()
    rules.check(application, BOTH, how="By telephone", by=safiya)
    before = events(application)

    rules.give(application, BOTH, BOTH)

    assert events(application) == before
    assert rules.has_consent([application.id], TEXT)


def test_the_guardian_alone_can_end_it(approved, safiya):
    application = approved()
    rules.check(application, BOTH, how="By telephone", by=safiya)

    rules.give(application, BOTH, {APPLY})

    assert not rules.has_consent([application.id], TEXT)


def test_nothing_is_agreed_to_for_an_application_that_is_over(an_application):
    with pytest.raises(Closed):
        rules.give(an_application(Stage.LEFT), BOTH, BOTH)


# ---- Time ----


def test_it_ends_a_year_after_it_was_given_whenever_it_was_checked(approved, safiya):
    given = clock.now()
    application = approved()
    with clock.at(given + timedelta(days=200)):
        rules.check(application, {TEXT}, how="By telephone", by=safiya)

    with clock.at(given + timedelta(days=364)):
        assert rules.has_consent([application.id], TEXT)
    with clock.at(given + timedelta(days=366)):
        assert not rules.has_consent([application.id], TEXT)
        assert db.session.scalars(queries.withdrawn([application.id])).all() == [application.id]


def test_it_can_be_renewed_after_it_ended(approved, safiya):
    application = approved()
    rules.check(application, {TEXT}, how="By telephone", by=safiya)

    with clock.at(clock.now() + timedelta(days=400)):
        rules.give(application, BOTH, BOTH)
        rules.check(application, {TEXT}, how="By telephone", by=safiya)
        assert rules.has_consent([application.id], TEXT)


def test_a_guardians_consent_ends_on_the_eighteenth_birthday(approved, safiya):
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        application = approved(birth_date=date(2008, 5, 4))
        rules.check(application, {TEXT}, how="By telephone", by=safiya)
    with clock.at(datetime(2026, 5, 3, tzinfo=UTC)):
        assert rules.has_consent([application.id], TEXT)

    with clock.at(datetime(2026, 5, 4, tzinfo=UTC)):
        assert not rules.has_consent([application.id], TEXT)
        with pytest.raises(NotAgreed):  # what the student said as a child does not count any more
            rules.check(application, {TEXT}, how="By telephone with the student", by=safiya)
        rules.renew(application, {TEXT}, ())
        rules.check(application, {TEXT}, how="By telephone with the student", by=safiya)
        assert rules.has_consent([application.id], TEXT)


def test_who_was_born_on_a_leap_day_comes_of_age_in_march(approved):
    application = approved(birth_date=date(2008, 2, 29))
    identity = db.session.scalars(queries.identity_of(application.id)).one()

    with clock.at(datetime(2026, 2, 28, tzinfo=UTC)):
        assert identity.is_minor
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        assert not identity.is_minor


# ---- What the floors above ask ----


@pytest.mark.both_databases
def test_publishing_needs_the_consent_of_everybody_in_it(an_application):
    one, other = an_application(Stage.APPROVED), an_application(Stage.APPROVED, consent=False)
    rules.require_consent([one.id], TEXT)

    with pytest.raises(NoConsent):
        rules.require_consent([one.id, other.id], TEXT)
    with pytest.raises(NoConsent):
        rules.require_consent([one.id], IMAGE)


@pytest.mark.both_databases
def test_the_consenting_are_told_from_the_others(an_application):
    one, other = an_application(Stage.APPROVED), an_application(Stage.APPROVED, consent=False)

    assert set(db.session.scalars(queries.consented(TEXT))) == {one.id}
    assert db.session.scalars(queries.has_consent([one.id, other.id], TEXT)).all() == [one.id]
    assert db.session.scalars(queries.withdrawn([one.id, other.id])).all() == [other.id]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("stage", "consent", "offered"),
    [
        (Stage.APPROVED, True, True),
        (Stage.SUPPORTED, True, True),
        (Stage.APPROVED, False, False),
        (Stage.IN_REVIEW, True, False),
        (Stage.LEFT, True, False),
    ],
)
def test_needs_are_offered_to_campaigns_when_approved_and_consented(an_application, lantern, stage, consent, offered):
    an_application(stage, consent=consent)

    needs = db.session.scalars(queries.approved_needs(lantern.id)).all()

    assert [need.label for need in needs] == (["Tuition", "Books"] if offered else [])
    assert all(need.application.school.name == "Mwangaza Secondary" for need in needs)


def test_needs_of_another_community_are_not_offered(an_application, harbour):
    an_application(Stage.APPROVED)

    assert db.session.scalars(queries.approved_needs(harbour.id)).all() == []
    assert db.session.query(Need).count() == 2


@pytest.mark.both_databases
def test_no_withdrawal_overtakes_what_is_being_published(app, an_application):
    application_id = an_application(Stage.APPROVED).id
    db.session.commit()
    db.set_reading(False)  # as in a request that writes
    rules.require_consent([application_id], TEXT)  # published, not committed yet

    def withdraw() -> None:
        with app.app_context():
            rules.withdraw(db.session.get_one(Application, application_id), TEXT, by=None)
            db.session.commit()
            db.session.remove()

    other = threading.Thread(target=withdraw)
    other.start()
    other.join(timeout=0.5)
    assert other.is_alive()
    db.session.commit()
    other.join(timeout=10)

    assert not rules.has_consent([application_id], TEXT)


# ---- On the pages ----


def test_a_student_and_the_guardian_tick_their_own_boxes(hold, a_draft):
    draft = a_draft(without={"consent"})
    student = hold(draft)
    page = student.get("/apply/tasks/consent").text
    assert page.count('type="checkbox"') == 2 * len(Purpose)
    assert "Canary Guardian agrees" in page

    submit(student, "/apply/tasks/consent", student=["apply", "publish_image"], guardian=["apply"])

    now = rules.standings(draft)
    assert now[APPLY].given(minor=True)
    assert (now[IMAGE].student, now[IMAGE].guardian) == (True, False)


def test_an_adult_ticks_alone(hold, a_draft):
    page = hold(a_draft(minor=False)).get("/apply/tasks/consent").text

    assert page.count('type="checkbox"') == len(Purpose)
    assert "guardian" not in page.lower()


@pytest.mark.parametrize("left_out", ["student", "guardian"])
def test_the_first_box_is_needed_from_both(hold, a_draft, left_out):
    draft = a_draft(without={"consent"})
    ticks = {"student": ["apply", "publish_text"], "guardian": ["apply", "publish_text"]} | {left_out: ["publish_text"]}

    answer = submit(hold(draft), "/apply/tasks/consent", **ticks)

    assert answer.status_code == 422
    needed = {"student": "Nobody may read your application unless this is agreed."}
    assert needed.get(left_out, "Your guardian has to agree to it as well.") in answer.text
    assert events(draft) == []


def test_a_guardian_with_a_link_of_their_own_need_not_tick_beside_the_student(hold, a_draft):
    draft = a_draft(without={"consent"})
    requests.ask_guardian(draft, once=crypto.token(), by=None)
    student = hold(draft)

    answer = submit(student, "/apply/tasks/consent", student=["apply", "publish_text"])

    assert (answer.status_code, answer.location) == (303, "/apply/tasks")
    assert (rules.standings(draft)[APPLY].student, rules.standings(draft)[APPLY].guardian) == (True, False)
    assert "Your guardian has not agreed yet." in student.get("/apply/tasks/check").text


def test_consent_comes_after_the_names(begin):
    page = begin().get("/apply/tasks").text

    assert "First say who you are and who your guardian is" in page
    assert 'href="/apply/tasks/consent"' not in page


def test_a_student_ends_consent_after_sending_with_the_same_boxes(hold, approved, safiya):
    application = approved()
    rules.check(application, BOTH, how="By telephone", by=safiya)
    db.session.commit()

    submit(hold(application), "/apply/tasks/consent", student=["apply"], guardian=["apply"])

    assert not rules.has_consent([application.id], TEXT)


def test_an_officer_checks_and_ends_consent_on_one_page(sign_in, approved, safiya):
    application = approved()
    browser, at = sign_in(safiya), f"/a/lantern/applications/{application.ref}"
    submit(browser, f"{at}/consent", purposes=["apply", "publish_text"], how="By telephone with the mother")
    assert rules.has_consent([application.id], TEXT)
    assert "Telling the story in public: <strong>checked" in browser.get(at).text

    submit(browser, f"{at}/consent", to=f"{at}/consent/withdraw")
    assert "Nothing has ended" in browser.get(at).text
    assert rules.has_consent([application.id], TEXT)

    submit(browser, f"{at}/consent", to=f"{at}/consent/withdraw", purpose="publish_text")

    assert "It has ended." in browser.get(at).text
    assert not rules.has_consent([application.id], TEXT)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"purposes": ["publish_text"]}, "Say how you made sure."),
        ({"how": "By telephone"}, "Tick what you have checked."),
        ({"how": "By telephone", "purposes": ["publish_image"]}, "so there is nothing to check"),
    ],
)
def test_a_check_says_what_and_how(sign_in, approved, safiya, fields, told):
    application = approved()

    answer = submit(sign_in(safiya), f"/a/lantern/applications/{application.ref}/consent", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert not rules.has_consent([application.id], TEXT)


def test_every_event_is_in_the_trail_without_a_name(approved, safiya):
    rules.check(approved(), {TEXT}, how="By telephone", by=safiya)
    db.session.flush()

    entries = db.session.query(AuditEntry).filter(AuditEntry.action.like("consent.%")).all()
    assert [entry.action for entry in entries] == ["consent.given"] * 4 + ["consent.checked"]
    assert "Canary" not in str([entry.detail for entry in entries])
