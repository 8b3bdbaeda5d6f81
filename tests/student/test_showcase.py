"""A student's own work: approved by two, shown with consent, under the alias or, of age, under a chosen name."""

import threading
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy.exc import IntegrityError

from campaigns.account.states import Role
from campaigns.file.models import File
from campaigns.kit import clock, crypto, db, identifiers
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.student import rules
from campaigns.student.models import Application, Identity, ShowcaseName, Work
from campaigns.student.rules.consent import NoConsent
from campaigns.student.rules.showing import NotInReview, OfficerNeeded, WorkChanged
from campaigns.student.rules.works import NoImageConsent, NotAgreed, Nothing, NotNow, NotOfAge, Published
from campaigns.student.states import WORK_MOVES, Purpose, Stage, WorkKind, WorkReturn, WorkState
from tests.cast.browser import submit
from tests.cast.consent import agree
from tests.cast.crowd import at_once, committed
from tests.cast.pictures import a_photo
from tests.cast.queries import at_most

POEM = rules.Made(WorkKind.POEM, "The river", "It goes on.\nIt does not ask.")
DRAWING = rules.Made(WorkKind.DRAWING, "The desk", picture=a_photo(), alt="A desk", shows_me=False)
PORTRAIT = rules.Made(WorkKind.DRAWING, "Me", picture=a_photo(), alt="A face", shows_me=True)
TICKED = ["names", "place", "picture", "detail", "later"]


@pytest.fixture
def student(an_application):
    made = an_application(Stage.SUPPORTED)
    agree(made, Purpose.SHOWCASE)
    return made


@pytest.fixture
def a_work(student, victor, safiya):
    """`a_work(POEM, WorkState.PUBLISHED)`."""

    def make(made=POEM, state=WorkState.PUBLISHED, application=None):
        work = rules.add_work(application or student, made, once=crypto.token())
        db.session.commit()
        if state is not WorkState.DRAFT:
            rules.send_work(work)
        if state in {WorkState.PUBLISHED, WorkState.WITHDRAWN}:
            for person in (victor, safiya):
                rules.approve_work(work, seen=work.content_hash, by=person)
        if state is WorkState.WITHDRAWN:
            rules.withdraw_work(work, by=None)
        db.session.commit()
        return work

    return make


@pytest.mark.parametrize(
    ("now", "to"), [(a, b) for a in WorkState for b in WorkState if b not in WORK_MOVES.get(a, ())]
)
def test_no_other_step_is_taken(now, to):
    with pytest.raises(IllegalMove):
        Work(state=now).move_to(to)


# ---- Two people ----


@pytest.mark.both_databases
def test_two_people_one_of_them_an_officer_show_it(client, a_work, victor, vera, safiya):
    work = a_work(state=WorkState.IN_REVIEW)
    rules.approve_work(work, seen=work.content_hash, by=victor)
    db.session.commit()
    assert client.get(f"/showcase/{work.ref}").status_code == 404
    with pytest.raises(NotAllowed):
        rules.approve_work(work, seen=work.content_hash, by=victor)
    with pytest.raises(OfficerNeeded):
        rules.approve_work(work, seen=work.content_hash, by=vera)

    rules.approve_work(work, seen=work.content_hash, by=safiya)
    db.session.commit()

    page = client.get(f"/showcase/{work.ref}").text
    assert "It goes on.\nIt does not ask." in page
    assert "Amber Heron, Kenya" in page
    assert "Canary" not in page


@pytest.mark.parametrize("who", ["amina", "marta", "tomas", "otto", "noor", "mo"])
def test_nobody_else_approves_or_gives_back(a_work, request, who):
    work, person = a_work(state=WorkState.IN_REVIEW), request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        rules.approve_work(work, seen=work.content_hash, by=person)
    with pytest.raises(NotAllowed):
        rules.give_back_work(work, WorkReturn.NAMES, by=person)
    with pytest.raises(NotAllowed):
        rules.withdraw_work(work, by=person)


def test_an_officer_who_is_the_student_approves_nothing_of_their_own(an_application, a_user, lantern):
    officer = a_user("Sara", (Role.SAFEGUARDING_OFFICER, lantern))
    application = an_application(Stage.SUPPORTED, applicant=officer, minor=False)
    agree(application, Purpose.SHOWCASE, by_guardian=False)
    work = rules.add_work(application, POEM, once="x")
    rules.send_work(work)

    with pytest.raises(NotAllowed):
        rules.approve_work(work, seen=work.content_hash, by=officer)


@pytest.mark.parametrize("state", [WorkState.IN_REVIEW, WorkState.WITHDRAWN])
def test_any_edit_voids_what_was_approved(a_work, victor, state):
    work = a_work(state=state)
    if state is WorkState.IN_REVIEW:
        rules.approve_work(work, seen=work.content_hash, by=victor)

    rules.edit_work(work, rules.Made(WorkKind.POEM, "The river", "Another text"))

    assert work.state is WorkState.DRAFT
    assert (work.first_approver_id, work.second_approver_id, work.approved_hash) == (None, None, None)


def test_what_has_changed_meanwhile_is_not_approved(a_work, victor):
    work = a_work(state=WorkState.IN_REVIEW)
    with pytest.raises(WorkChanged):
        rules.approve_work(work, seen="another", by=victor)


def test_what_is_shown_is_not_changed(a_work):
    with pytest.raises(Published):
        rules.edit_work(a_work(), POEM)


def test_what_does_not_wait_is_not_approved(a_work, victor):
    work = a_work(state=WorkState.DRAFT)
    with pytest.raises(NotInReview):
        rules.approve_work(work, seen=work.content_hash, by=victor)


@pytest.mark.both_databases
def test_the_database_shows_nothing_that_two_have_not_approved(a_work, victor, vera, safiya):
    work_id = a_work(state=WorkState.IN_REVIEW).id
    vetter, officer = Role.VETTER, Role.SAFEGUARDING_OFFICER

    def approved(first, role, second, other, **more):
        said = {"first_approver_id": first.id, "first_approver_role": role, "approved_hash": Work.content_hash}
        said |= {"second_approver_id": second.id, "second_approver_role": other, "published_at": clock.now()}
        return said | {"state": WorkState.PUBLISHED} | more

    wrong = [
        {"state": WorkState.PUBLISHED, "published_at": clock.now()},
        approved(victor, officer, victor, officer),
        approved(victor, vetter, vera, vetter),
        approved(victor, vetter, safiya, None),
        approved(victor, vetter, safiya, officer, approved_hash="old"),
        approved(victor, vetter, safiya, officer, approved_hash=None),
        approved(victor, vetter, safiya, officer, applicant_user_id=safiya.id),
        approved(victor, vetter, safiya, officer, is_own=False),
        approved(victor, vetter, safiya, officer, first_approver_id=None),
        {"text_sealed": None},
        {"shows_me": True},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError):
            db.session.query(Work).filter_by(id=work_id).update(values)
        db.session.rollback()
    right = approved(victor, vetter, safiya, officer)
    assert db.session.query(Work).filter_by(id=work_id).update(right) == 1


def test_given_back_the_student_reads_why(hold, a_work, student, safiya):
    work = a_work(state=WorkState.IN_REVIEW)
    rules.give_back_work(work, WorkReturn.PLACE, by=safiya)
    db.session.commit()

    assert "It says where you live or learn" in hold(student).get(f"/apply/showcase/{work.ref}").text


# ---- Consent ----


def test_it_is_not_sent_before_student_and_guardian_agree(an_application, a_work):
    application = an_application(Stage.SUPPORTED)
    work = a_work(state=WorkState.DRAFT, application=application)
    with pytest.raises(NotAgreed):
        rules.send_work(work)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.DECLINED, Stage.LEFT])
def test_only_who_is_supported_adds_work(an_application, stage):
    with pytest.raises(NotNow):
        rules.add_work(an_application(stage), POEM, once="x")


@pytest.mark.both_databases
@pytest.mark.parametrize("made", [POEM, DRAWING], ids=["text", "picture"])
def test_withdrawn_consent_hides_it_at_the_next_request(client, a_work, student, made):
    work = a_work(made)
    places = [f"/showcase/{work.ref}"] + [f"/showcase/{work.ref}/{each}" for each in ("picture", "card")]
    there = places if made is DRAWING else places[:1]
    assert [client.get(path).status_code for path in there] == [200] * len(there)
    assert made.title in client.get("/showcase").text

    rules.withdraw(student, Purpose.SHOWCASE, by=None)
    db.session.commit()

    assert {client.get(path).status_code for path in places} == {404}
    assert made.title not in client.get("/showcase").text


def test_the_file_itself_is_never_public(client, a_work):
    a_work(DRAWING)
    ref = db.session.query(File).one().ref
    assert client.get(f"/f/{ref}").status_code == 404
    assert client.get(f"/f/{ref}/card").status_code == 404


def test_taken_back_by_the_student_or_an_officer_it_is_gone(client, a_work, safiya):
    for by in (None, safiya):
        work = a_work()
        rules.withdraw_work(work, by=by)
        db.session.commit()
        assert client.get(f"/showcase/{work.ref}").status_code == 404


def test_a_student_who_leaves_takes_the_works_along(client, a_work, student, safiya):
    work = a_work()
    rules.depart(student, by=safiya)
    db.session.commit()
    assert client.get(f"/showcase/{work.ref}").status_code == 404


def test_an_erased_student_has_no_works(client, a_work, student):
    work = a_work()
    student.person_key.destroy()
    db.session.commit()
    assert client.get(f"/showcase/{work.ref}").status_code == 404
    assert client.get("/showcase").status_code == 200


def test_a_picture_of_the_student_needs_consent_of_its_own(client, a_work, student):
    with pytest.raises(NoImageConsent):
        a_work(PORTRAIT, WorkState.IN_REVIEW)
    db.session.rollback()
    agree(student, Purpose.PUBLISH_IMAGE)
    work = a_work(PORTRAIT)
    assert client.get(f"/showcase/{work.ref}/picture").status_code == 200

    rules.withdraw(student, Purpose.PUBLISH_IMAGE, by=None)
    db.session.commit()

    for more in ("", "/picture", "/card"):
        assert client.get(f"/showcase/{work.ref}{more}").status_code == 404


def test_without_consent_to_the_picture_its_text_alone_is_shown(client, a_work, student):
    agree(student, Purpose.PUBLISH_IMAGE)
    work = a_work(rules.Made(WorkKind.PROJECT, "A lamp", "How I built it", a_photo(), alt="Me", shows_me=True))
    rules.withdraw(student, Purpose.PUBLISH_IMAGE, by=None)
    db.session.commit()

    page = client.get(f"/showcase/{work.ref}").text
    assert "How I built it" in page
    assert "<img" not in page
    assert client.get(f"/showcase/{work.ref}/picture").status_code == 404


def test_consent_is_asked_when_the_second_approves(a_work, student, victor, safiya):
    work = a_work(state=WorkState.IN_REVIEW)
    rules.approve_work(work, seen=work.content_hash, by=victor)
    rules.withdraw(student, Purpose.SHOWCASE, by=None)

    with pytest.raises(NoConsent):
        rules.approve_work(work, seen=work.content_hash, by=safiya)


@pytest.mark.both_databases
def test_no_withdrawal_overtakes_what_is_being_shown(app, a_work, student, victor, safiya):
    work = a_work(state=WorkState.IN_REVIEW)
    rules.approve_work(work, seen=work.content_hash, by=victor)
    db.session.commit()
    application_id, work_ref = student.id, work.ref
    rules.approve_work(work, seen=work.content_hash, by=safiya)  # shown, not committed yet

    def withdraw():
        with app.app_context():
            rules.withdraw(db.session.get_one(Application, application_id), Purpose.SHOWCASE, by=None)
            db.session.commit()
            db.session.remove()

    other = threading.Thread(target=withdraw)
    other.start()
    other.join(timeout=0.5)
    assert other.is_alive()
    db.session.commit()
    other.join(timeout=10)
    assert app.test_client().get(f"/showcase/{work_ref}").status_code == 404


# ---- The name ----


def test_a_minor_is_never_shown_by_name(hold, client, a_work, student):
    work = a_work()
    with pytest.raises(NotOfAge):
        rules.choose_name(student, "Grace Were")
    assert hold(student).get("/apply/showcase/name").status_code == 404
    db.session.add(ShowcaseName(application_id=student.id, name="Grace Were"))  # whatever else went wrong
    db.session.commit()

    assert "Grace" not in client.get(f"/showcase/{work.ref}").text + client.get("/showcase").text


def test_of_age_a_student_chooses_and_may_go_back_to_the_alias(hold, client, an_application, a_work):
    application = an_application(Stage.SUPPORTED, minor=False, alias="Early Swift")
    db.session.get_one(Identity, application.id).birth_date = "2000-01-01"
    agree(application, Purpose.SHOWCASE, by_guardian=False)
    work, student = a_work(application=application), hold(application)

    submit(student, "/apply/showcase/name", name="Grace Were")
    assert "Grace Were, Kenya" in client.get(f"/showcase/{work.ref}").text
    assert "Grace Were" in client.get("/showcase").text

    submit(student, "/apply/showcase/name", name="")
    assert "Early Swift, Kenya" in client.get(f"/showcase/{work.ref}").text


# ---- The pages ----


def test_a_student_adds_sees_and_sends_a_drawing(hold, student):
    browser = hold(student)
    image = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(image, "PNG")
    answer = submit(
        browser, "/apply/showcase/new", kind="drawing", title="The desk", alt="A desk", is_own="y",
        picture=(BytesIO(a_photo()), "Canary Legalname.jpg"),
    )  # fmt: skip
    at = answer.headers["Location"]
    page = browser.get(at).text
    assert f'src="{at}/picture"' in page
    picture = browser.get(f"{at}/picture")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert b"Canary" not in picture.data

    submit(browser, at, to=f"{at}/send")

    assert db.session.query(Work).one().state is WorkState.IN_REVIEW


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": "", "text": "x", "is_own": "y"}, "Give it a title."),
        ({"title": "x", "text": "", "is_own": "y"}, "Write a text or add a picture."),
        ({"title": "x", "text": "kept words"}, "Only what you made yourself can be shown."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(hold, student, fields, told):
    answer = submit(hold(student), "/apply/showcase/new", kind="poem", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert fields["text"] in answer.text


def test_a_picture_needs_its_description_and_a_work_something(student):
    with pytest.raises(Nothing):
        rules.add_work(student, rules.Made(WorkKind.POEM, "x"), once="a")
    with pytest.raises(rules.works.AltMissing):
        rules.add_work(student, rules.Made(WorkKind.POEM, "x", picture=a_photo()), once="b")
    with pytest.raises(rules.works.PictureRefused):
        rules.add_work(student, rules.Made(WorkKind.POEM, "x", picture=b"GIF89a", alt="y"), once="c")


def test_the_student_cannot_send_without_agreement_and_is_told_so(hold, an_application):
    application = an_application(Stage.SUPPORTED)
    browser = hold(application)
    at = submit(browser, "/apply/showcase/new", kind="poem", title="x", text="y", is_own="y").headers["Location"]

    answer = submit(browser, at, to=f"{at}/send")

    assert answer.status_code == 422
    assert "First agree to showing your own work" in answer.text


def test_the_work_of_another_is_not_there(hold, an_application, a_work):
    work = a_work(state=WorkState.DRAFT)
    stranger = hold(an_application(Stage.SUPPORTED))
    assert stranger.get(f"/apply/showcase/{work.ref}").status_code == 404
    assert stranger.get(f"/apply/showcase/{work.ref}/picture").status_code == 404


@pytest.mark.both_databases
def test_a_double_click_keeps_one_work(app, student):
    application_id = student.id

    def click():
        return rules.add_work(db.session.get_one(Application, application_id), POEM, once="the same").id

    ids = at_once(app, *[committed(click)] * 4)

    assert len(set(ids)) == 1
    assert db.session.query(Work).count() == 1


def test_the_team_reads_what_was_found_answers_every_question_and_approves(sign_in, a_work, safiya, victor):
    work = a_work(rules.Made(WorkKind.POEM, "To Legalname", "Call 0700 000 001"), WorkState.IN_REVIEW)
    browser, at = sign_in(safiya), f"/a/lantern/showcase/{work.ref}"
    page = browser.get(at).text
    assert "phone number: <mark>0700 000 001</mark>" in page
    assert "private name: <mark>Legalname</mark>" in page
    assert submit(browser, at, to=f"{at}/approve", answers=TICKED[:4]).status_code == 422

    assert submit(browser, at, to=f"{at}/approve", answers=TICKED).status_code == 303

    assert work.first_approver_id == safiya.id
    assert "You have approved it" in browser.get(at).text


def test_where_the_search_fails_who_reviews_is_told(sign_in, a_work, safiya, monkeypatch):
    work = a_work(state=WorkState.IN_REVIEW)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(identifiers, "find", broken)
    assert "Not searched" in sign_in(safiya).get(f"/a/lantern/showcase/{work.ref}").text


def test_drafts_are_the_student_s_alone(sign_in, a_work, safiya):
    work = a_work(state=WorkState.DRAFT)
    assert sign_in(safiya).get(f"/a/lantern/showcase/{work.ref}").status_code == 404


def test_the_list_is_newest_first_a_page_at_a_time_in_few_queries(client, a_work):
    works = [a_work(rules.Made(WorkKind.POEM, f"Poem {number}.", "x")) for number in range(14)]
    with at_most(2):
        page = client.get("/showcase").text
    assert page.index("Poem 13.") < page.index("Poem 12.") < page.index("Poem 2.")
    assert "Poem 1." not in page
    assert "Poem 1." in client.get(page.split('rel="next" href="')[1].split('"')[0]).text
    assert len(works) == 14


def test_it_carries_no_session_and_is_not_sent_twice(client, a_work):
    for path in ("/showcase", f"/showcase/{a_work(DRAWING).ref}", f"/showcase/{db.session.query(Work).one().ref}/card"):
        first = client.get(path)
        assert "Set-Cookie" not in first.headers
        assert first.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=30")
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
