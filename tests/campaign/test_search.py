import pytest
import sqlalchemy as sa

from campaigns.campaign import search
from campaigns.campaign.models import Campaign
from campaigns.kit import db

pytestmark = pytest.mark.both_databases

HOSTILE = [
    '"',
    "'",
    '""',
    "a' OR '1'='1",
    "'; DROP TABLE campaign; --",
    "*",
    "nurse*",
    "NEAR(",
    "nurse AND",
    "OR",
    "NOT nurse",
    "title:nurse",
    "^nurse",
    "nurse -western",
    "{title} : nurse",
    "(((",
    ")",
    "a & b | !c",
    "a <-> b",
    ":*",
    "\\",
    "%",
    "_",
    "\x00",
    "nurse\x00",
    "🙂",
    "<script>",
    "\u202e",
    "x" * 5_000,
    " ".join(["nurse"] * 500),
    "&",
    "!",
    "|",
    "a:b:*",
]


def found(typed):
    condition = search.matching(typed)
    select = sa.select(Campaign.title).order_by(Campaign.id)
    return list(db.session.scalars(select if condition is None else select.where(condition)))


@pytest.fixture
def three(a_campaign):
    a_campaign(title="A nurse for Western Kenya", minor=False)
    a_campaign(title="École de Kinshasa", minor=False)
    a_campaign(title="Carpentry, second year", minor=False)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("nurse western", ["A nurse for Western Kenya"]),
        ("NURSE", ["A nurse for Western Kenya"]),
        ("carp", ["Carpentry, second year"]),
        ("ecole", ["École de Kinshasa"]),
        ("ÉCOLE", ["École de Kinshasa"]),
        ("nurse carpentry", []),
        ("unheard-of", []),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_case_with_or_without_marks(three, typed, titles):
    # The summary of every campaign in these tests speaks of a nurse; look at titles alone.
    db.session.execute(sa.update(Campaign).values(summary="", story=""))
    assert found(typed) == titles


def test_summary_and_story_are_found_too(three):
    assert len(found("secondary school")) == 3
    assert len(found("fees books")) == 3


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_no_input_is_an_error(three, typed):
    assert set(found(typed)) <= {"A nurse for Western Kenya", "École de Kinshasa", "Carpentry, second year"}


def test_what_holds_no_word_narrows_nothing(three):
    assert len(found(" *'-& ")) == 3


def test_the_index_follows_changes(three):
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.title.startswith("Carp"))).one()
    campaign.title = "Plumbing, second year"
    db.session.flush()
    assert found("plumbing") == ["Plumbing, second year"]
    assert found("carpentry") == []


def test_a_deleted_campaign_is_forgotten(three):
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.title.startswith("Carp"))).one()
    db.session.execute(sa.text("DELETE FROM budget_line WHERE campaign_id = :id"), {"id": campaign.id})
    db.session.delete(campaign)
    db.session.flush()
    assert db.session.execute(sa.text("SELECT count(*) FROM campaign_search")).scalar() == 2


def test_figures_do_not_touch_the_index(three):
    before = db.session.execute(sa.text("SELECT count(*) FROM campaign_search")).scalar()
    db.session.execute(sa.update(Campaign).values(pledged=5))
    assert db.session.execute(sa.text("SELECT count(*) FROM campaign_search")).scalar() == before
    assert len(found("nurse")) == 3


def test_only_the_newest_matches_are_looked_at(three, monkeypatch):
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    assert found("fees") == ["École de Kinshasa", "Carpentry, second year"]
