"""A community weighs the criteria; what was scored stays explicable by the version it was scored with."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.student import rules
from campaigns.student.models import Rubric
from campaigns.student.rules.vetting.rubric import JustChanged, NoWeight, current
from campaigns.student.states import DEFAULT_WEIGHTS, RUBRIC, THRESHOLD, Criterion, Stage, Verdict
from tests.cast.browser import submit
from tests.cast.panel import marks, whole

AT = "/a/lantern/settings/rubric"
NEED_ONLY = dict.fromkeys(Criterion, 0) | {Criterion.NEED: 5}


def test_every_criterion_has_five_levels_in_words_and_a_weight():
    assert set(RUBRIC) == set(Criterion) == set(DEFAULT_WEIGHTS)
    assert all(len(set(anchors.levels)) == 5 for anchors in RUBRIC.values())


def test_no_criterion_asks_for_origin_faith_looks_gender_or_language():
    said = " ".join(part for anchors in RUBRIC.values() for part in (anchors.title, anchors.question, *anchors.levels))

    assert not [word for word in ("origin", "religion", "gender", "girl", "boy", "grammar") if word in said.lower()]


def test_a_community_begins_with_the_defaults(lantern):
    assert rules.weights_of(lantern.id) == (DEFAULT_WEIGHTS, THRESHOLD)


def test_each_change_is_a_version_of_its_own(lantern, amina):
    current(lantern.id)

    rules.weigh(lantern, NEED_ONLY, 30, by=amina)

    assert rules.weights_of(lantern.id) == (NEED_ONLY, 30)
    assert [rubric.version for rubric in db.session.query(Rubric).order_by(Rubric.id)] == [1, 2]


def test_another_community_keeps_its_own(lantern, harbour, amina):
    rules.weigh(lantern, NEED_ONLY, 30, by=amina)

    assert rules.weights_of(harbour.id) == (DEFAULT_WEIGHTS, THRESHOLD)


def test_a_sheet_keeps_the_weights_it_was_scored_by(lantern, amina, an_application, victor, vera):
    application = an_application(Stage.SUBMITTED)
    rules.take_into_review(application, by=victor)
    rules.score(application, marks(4, need=0), Verdict.APPROVE, by=victor)

    rules.weigh(lantern, NEED_ONLY, 100, by=amina)
    rules.score(application, marks(4, need=0), Verdict.APPROVE, by=vera)

    assert [(sheet.total, sheet.rubric.version) for sheet in whole(application).sheets] == [(77, 1), (0, 2)]


def test_what_other_weights_would_change_is_counted(lantern, an_application, victor, vera):
    application = an_application(Stage.SUBMITTED)
    rules.take_into_review(application, by=victor)
    rules.score(application, marks(4, need=0), Verdict.APPROVE, by=victor)
    rules.score(application, marks(4), Verdict.APPROVE, by=vera)

    assert rules.effect(lantern, NEED_ONLY) == (2, 0, 1, 77)


def test_at_least_one_criterion_counts(lantern, amina):
    with pytest.raises(NoWeight):
        rules.weigh(lantern, dict.fromkeys(Criterion, 0), 20, by=amina)


@pytest.mark.parametrize("who", ["marta", "victor", "safiya", "tomas", "otto"])
def test_only_an_organiser_weighs(lantern, request, who):
    with pytest.raises(NotAllowed):
        rules.weigh(lantern, NEED_ONLY, 20, by=request.getfixturevalue(who))


@pytest.mark.both_databases
def test_two_who_weigh_at_once_do_not_overwrite_each_other(lantern, amina, monkeypatch):
    rules.weigh(lantern, NEED_ONLY, 20, by=amina)
    monkeypatch.setattr("campaigns.student.queries.newest_rubric", lambda _: sa.select(Rubric).where(sa.false()))

    with pytest.raises(JustChanged):
        rules.weigh(lantern, NEED_ONLY, 30, by=amina)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    ["UPDATE community_rubric SET threshold = 5", "UPDATE community_rubric_weight SET weight = 1"],
)
def test_the_database_keeps_versions_as_they_are(lantern, statement):
    current(lantern.id)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))


@pytest.mark.both_databases
@pytest.mark.parametrize("weight", [-1, 6])
def test_the_database_knows_weights_from_0_to_5_only(lantern, weight):
    rubric = current(lantern.id)
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.text("INSERT INTO community_rubric_weight (rubric_id, criterion, weight) VALUES (:r, 'x', :w)"),
            {"r": rubric.id, "w": weight},
        )


def test_the_page_shows_what_would_change_before_it_is_kept(sign_in, lantern, amina):
    browser = sign_in(amina)
    weights = {each.value: "2" for each in Criterion}

    shown = submit(browser, AT, **weights, threshold="30", preview="1")
    assert "Not kept yet" in shown.text
    assert db.session.query(Rubric).count() == 0

    assert submit(browser, AT, **weights, threshold="30").status_code == 303
    assert rules.weights_of(lantern.id) == (dict.fromkeys(Criterion, 2), 30)


@pytest.mark.parametrize("wrong", [{"threshold": "101"}, {"threshold": ""}, {"need": "6"}])
def test_what_cannot_be_kept_is_said_at_its_field(sign_in, lantern, amina, wrong):
    weights = {each.value: "2" for each in Criterion} | {"threshold": "30"}

    assert submit(sign_in(amina), AT, **(weights | wrong)).status_code == 422
    assert db.session.query(Rubric).count() == 0
