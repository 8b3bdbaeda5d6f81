"""Papers from the student: now, later, or from the school; none of them is waited for."""

from io import BytesIO

import pytest

from campaigns.kit import db, storage
from campaigns.student import queries, rules
from campaigns.student.models import Document, PaperPromise
from campaigns.student.rules.draft import NotYours
from campaigns.student.states import UNDECIDED, DocumentKind, Promise, Source, Stage
from tests.cast.browser import hidden_fields, submit
from tests.student.conftest import fresh

AT = "/apply/tasks/documents"
PAPER = b"%PDF-1.4\n% fees\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_file(data: bytes = PAPER, name: str = "Canary Legalname.pdf") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def given() -> list[DocumentKind]:
    return [paper.kind for paper in db.session.query(Document).order_by(Document.id)]


def promised() -> dict[DocumentKind, Promise]:
    return {row.kind: row.promise for row in db.session.query(PaperPromise).populate_existing()}


def test_a_paper_is_added_and_listed(begin):
    student = begin()

    answer = submit(student, AT, kind="fee_note", paper=a_file(), add="yes")

    assert (answer.status_code, answer.location) == (303, AT)
    assert given() == [DocumentKind.FEE_NOTE]
    page = student.get(AT).text
    assert "What you gave" in page
    assert "Canary" not in page
    assert "1 paper given" in student.get("/apply/tasks").text


def test_the_form_takes_files_without_a_script(begin):
    page = begin().get(AT).text

    assert 'enctype="multipart/form-data"' in page
    assert "<script" not in page


def test_later_and_from_the_school_are_kept_and_block_nothing(hold, a_draft):
    draft = a_draft()
    student = hold(draft)

    answer = submit(student, AT, kind="fee_note", fee_note="later", enrolment="school")

    assert answer.location == "/apply/tasks"
    assert promised() == {DocumentKind.FEE_NOTE: Promise.LATER, DocumentKind.ENROLMENT: Promise.SCHOOL}
    assert "the school sends it" in student.get("/apply/tasks/check").text
    assert submit(student, "/apply/tasks/check").location == "/apply/status"


def test_saying_nothing_blocks_nothing_either(hold, a_draft):
    student = hold(a_draft())

    assert "If you have some" in student.get("/apply/tasks").text
    assert submit(student, "/apply/tasks/check").location == "/apply/status"


def test_what_was_said_can_be_said_otherwise(begin):
    student = begin()
    submit(student, AT, kind="fee_note", fee_note="later")

    submit(student, AT, kind="fee_note", fee_note="school")

    assert promised() == {DocumentKind.FEE_NOTE: Promise.SCHOOL}


def test_a_paper_that_is_here_is_promised_no_more(begin):
    student = begin()
    submit(student, AT, kind="fee_note", fee_note="later", report="later")

    submit(student, AT, kind="fee_note", paper=a_file(), fee_note="later", report="later", add="yes")

    assert promised() == {DocumentKind.REPORT: Promise.LATER}
    assert 'name="fee_note"' not in student.get(AT).text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"MZ\x90\x00 a program", "not a PDF document"),
        (b"", "not a PDF document"),
        (b"%PDF-1.4\n% cut short", "it is damaged"),
    ],
)
def test_a_wrong_file_is_answered_at_its_field_and_the_rest_is_kept(begin, data, told):
    student = begin()

    answer = submit(student, AT, kind="report", paper=a_file(data), enrolment="school", add="yes")

    assert answer.status_code == 422
    assert told in answer.text.split('id="paper-error"')[1].split("</p>")[0]
    assert '<option selected value="report">' in answer.text
    assert promised() == {DocumentKind.ENROLMENT: Promise.SCHOOL}
    assert given() == []


def test_a_file_over_ten_megabytes_is_too_big(a_draft):
    with pytest.raises(rules.PaperRefused, match="the most is 10 MB"):
        rules.give_paper(a_draft(), PAPER + b" " * 10_000_001, DocumentKind.REPORT, once="once")


def test_a_file_too_big_to_be_read_at_all_is_answered_at_its_field(app, begin):
    student = begin()
    fields = hidden_fields(student.get(AT).text)
    app.config["MAX_CONTENT_LENGTH"] = 20_000

    answer = student.post(AT, data=fields | {"kind": "report", "paper": a_file(b"x" * 21_000)})

    page = student.get(answer.location)
    assert "The file is too big" in page.text.split('id="paper-error"')[1].split("</p>")[0]


def test_no_file_chosen_is_said_where_one_was_to_be_added(begin):
    answer = submit(begin(), AT, kind="report", add="yes")

    assert "Choose the file: a PDF, or a photo of the paper." in answer.text


def test_a_double_click_adds_one_paper(begin):
    student = begin()
    fields = hidden_fields(student.get(AT).text) | {"kind": "report", "add": "yes"}

    answers = [student.post(AT, data=fields | {"paper": a_file()}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(given()) == 1


def test_a_paper_is_taken_away_with_its_bytes(begin):
    student = begin()
    submit(student, AT, kind="report", paper=a_file(), add="yes")
    kept = db.session.scalars(queries.documents_of(db.session.query(Document.application_id).scalar())).one()
    key = kept.file.key

    submit(student, AT, to=f"{AT}/{kept.id}/away")

    assert given() == []
    with pytest.raises(FileNotFoundError):
        storage.current().get(key)


def test_nobody_takes_away_the_paper_of_another(begin, an_application):
    other = an_application(Stage.SUBMITTED)
    paper = rules.give_paper(other, PAPER, DocumentKind.REPORT, once="once")
    db.session.commit()
    student = begin()
    submit(student, AT, kind="report", paper=a_file(), add="yes")

    assert submit(student, AT, to=f"{AT}/{paper.id}/away").status_code == 404
    assert len(given()) == 2


def test_the_same_form_in_two_applications_is_two_papers(an_application):
    for application in (an_application(Stage.SUBMITTED), an_application(Stage.SUBMITTED)):
        rules.give_paper(application, PAPER, DocumentKind.REPORT, once="once")

    assert len(given()) == 2


def test_what_somebody_else_gave_is_not_taken_away(a_draft):
    draft = a_draft()
    paper = rules.attach(draft, PAPER, DocumentKind.REPORT, Source.SCHOOL)

    with pytest.raises(NotYours):
        rules.take_away(draft, paper)


# ---- After sending ----


@pytest.mark.parametrize("stage", sorted(UNDECIDED))
def test_a_paper_may_come_later_while_nothing_is_decided(hold, an_application, stage):
    application = an_application(stage)

    answer = submit(hold(application), AT, kind="report", paper=a_file(), add="yes")

    assert answer.status_code == 303
    assert given() == [DocumentKind.REPORT]


@pytest.mark.parametrize("stage", sorted(set(Stage) - UNDECIDED))
def test_none_comes_afterwards(hold, an_application, stage):
    application = an_application(stage)

    assert hold(application).get(AT).location == "/apply/status"
    with pytest.raises(NotYours):
        rules.give_paper(application, PAPER, DocumentKind.REPORT, once="once")
    with pytest.raises(NotYours):
        rules.promise(application, {DocumentKind.REPORT: Promise.LATER})


def test_what_was_sent_is_not_taken_away_any_more(hold, an_application):
    application = an_application(Stage.SUBMITTED)
    paper = rules.give_paper(application, PAPER, DocumentKind.REPORT, once="once")
    db.session.commit()

    page = hold(application).get(AT).text

    assert "Last school report" in page
    assert "Take away" not in page
    with pytest.raises(NotYours):
        rules.take_away(fresh(application), paper)


def test_the_status_leads_to_the_papers(hold, an_application):
    assert AT in hold(an_application(Stage.IN_REVIEW)).get("/apply/status").text
    assert AT not in hold(an_application(Stage.DECLINED)).get("/apply/status").text


# ---- Those who vet ----


def test_those_who_vet_see_what_came_and_what_will(sign_in, victor, an_application):
    application = an_application(Stage.SUBMITTED)
    rules.promise(application, {DocumentKind.ENROLMENT: Promise.SCHOOL})
    paper = rules.give_paper(application, PAPER, DocumentKind.FEE_NOTE, once="once")
    db.session.commit()
    browser, at = sign_in(victor), f"/a/lantern/applications/{application.ref}"

    page = browser.get(at).text

    assert "Fee note or bill of the school" in page
    assert "Letter that says you have a place: the student says that the school sends it" in page
    opened = submit(browser, at, to=f"{at}/papers/{paper.id}")
    assert opened.data == PAPER
    assert opened.headers["Content-Disposition"].startswith("attachment")
