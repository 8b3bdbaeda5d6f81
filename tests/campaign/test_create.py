from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import lifecycle, problems, write
from campaigns.campaign.rules.words import AltMissing, PictureRefused
from campaigns.campaign.rules.write import BadDeadline, BadNeeds
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.student.states import Stage
from tests.cast.pictures import a_bomb, a_photo, a_polyglot

SOON = timedelta(days=60)


def create(community, needs, said, by, *, days=60, once=None):
    once = once or crypto.token()
    return write.create(community, needs, said, clock.today() + timedelta(days=days), once=once, by=by)


def campaigns():
    return db.session.scalars(sa.select(Campaign)).all()


@pytest.mark.both_databases
def test_the_goal_is_the_sum_of_the_chosen_needs(lantern, amina, amber, say, needs_of):
    campaign = create(lantern, needs_of(amber), say(), amina)
    assert campaign.state is CampaignState.DRAFT
    assert campaign.asked == 90_000 + 12_550
    assert [(line.alias, line.label, line.amount) for line in campaign.lines] == [
        ("Amber Heron", "Tuition", 90_000),
        ("Amber Heron", "Books", 12_550),
    ]
    assert (campaign.country, campaign.level) == ("KE", "Secondary, year 3")
    assert problems() == []


def test_one_need_of_several_can_be_chosen(lantern, amina, amber, say, needs_of):
    campaign = create(lantern, needs_of(amber)[:1], say(), amina)
    assert campaign.asked == 90_000


def test_several_students_make_one_campaign(lantern, amina, an_application, say, needs_of):
    students = [an_application(Stage.APPROVED, alias=alias) for alias in ("Green Linnet", "Quiet River")]
    campaign = create(lantern, needs_of(*students), say(), amina)
    assert {line.alias for line in campaign.lines} == {"Green Linnet", "Quiet River"}
    assert campaign.asked == 2 * 102_550


def test_a_plain_member_may(lantern, marta, amber, say, needs_of):
    assert create(lantern, needs_of(amber), say(), marta).author_id == marta.id


@pytest.mark.parametrize("name", ["victor", "safiya", "tomas", "otto", "rita", "mo", "ada"])
def test_nobody_else_may(request, lantern, amber, say, needs_of, name):
    with pytest.raises(NotAllowed):
        create(lantern, needs_of(amber), say(), request.getfixturevalue(name))
    assert campaigns() == []


def test_it_leaves_a_trace(lantern, amina, amber, say, needs_of):
    campaign = create(lantern, needs_of(amber), say(), amina)
    trace = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "campaign.created")).one()
    assert (trace.actor_id, trace.subject_id) == (amina.id, campaign.id)


def test_a_double_click_makes_one(lantern, amina, amber, say, needs_of):
    needs = needs_of(amber)
    first = create(lantern, needs, say(), amina, once="the same")
    second = create(lantern, needs, say(), amina, once="the same")
    assert first is second
    assert len(campaigns()) == 1


def test_somebody_elses_token_opens_nothing(lantern, harbour, amina, otto, amber, say, needs_of):
    needs = needs_of(amber)
    create(lantern, needs, say(), amina, once="the same")
    with pytest.raises(NotAllowed):
        create(harbour, needs, say(), otto, once="the same")


def test_without_needs_there_is_no_campaign(lantern, amina, say):
    with pytest.raises(BadNeeds):
        create(lantern, [], say(), amina)


def test_a_need_stands_in_one_campaign_at_a_time(lantern, amina, amber, say, needs_of):
    needs = needs_of(amber)
    create(lantern, needs, say(), amina)
    with pytest.raises(BadNeeds, match="in another campaign already"):
        create(lantern, needs[:1], say(), amina)


@pytest.mark.both_databases
def test_the_database_says_so_too(lantern, amina, amber, say, needs_of, school):
    campaign = create(lantern, needs_of(amber), say(), amina)
    line = campaign.lines[0]
    twin = {name: getattr(line, name) for name in ("need_id", "school_id", "alias", "label", "kind", "term", "amount")}
    db.session.add(BudgetLine(campaign_id=campaign.id, currency="EUR", **twin))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


@pytest.mark.parametrize(
    "stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.IN_REVIEW, Stage.DECLINED, Stage.LEFT, Stage.COMPLETED]
)
def test_only_approved_students_can_be_asked_for(lantern, amina, an_application, say, stage):
    student = an_application(stage)
    needs = [need.id for need in db.session.execute(sa.text("SELECT id FROM need")).all()]
    assert needs
    with pytest.raises(BadNeeds):
        create(lantern, needs, say(), amina)
    assert student.stage is stage


def test_without_consent_to_be_written_about_a_need_cannot_be_chosen(lantern, amina, an_application, say):
    an_application(Stage.APPROVED, consent=False)
    needs = [row.id for row in db.session.execute(sa.text("SELECT id FROM need")).all()]
    with pytest.raises(BadNeeds):
        create(lantern, needs, say(), amina)


def test_another_communitys_needs_cannot_be_chosen(harbour, otto, amber, say, needs_of):
    with pytest.raises(BadNeeds):
        create(harbour, needs_of(amber), say(), otto)


def test_unknown_needs_cannot_be_chosen(lantern, amina, amber, say, needs_of):
    with pytest.raises(BadNeeds):
        create(lantern, [*needs_of(amber), 999_999], say(), amina)


def test_one_campaign_has_one_currency(lantern, amina, amber, an_application, say, needs_of):
    other = an_application(Stage.APPROVED, alias="Quiet River")
    for table in ("need", "need_verification"):
        db.session.execute(sa.text(f"UPDATE {table} SET currency = 'KES' WHERE application_id = :id"), {"id": other.id})
    with pytest.raises(BadNeeds, match="one currency"):
        create(lantern, needs_of(amber, other), say(), amina)


@pytest.mark.parametrize("days", [-1, 0, 732])
def test_the_deadline_is_after_today_and_within_two_years(lantern, amina, amber, say, needs_of, days):
    with pytest.raises(BadDeadline):
        create(lantern, needs_of(amber), say(), amina, days=days)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("summary", ""),
        ("summary", "x" * 201),
        ("story", ""),
        ("story", "x" * 20_001),
    ],
)
def test_words_are_neither_empty_nor_endless(lantern, amina, amber, say, needs_of, field, value):
    with pytest.raises(Refused) as refusal:
        create(lantern, needs_of(amber), say(**{field: value}), amina)
    assert refusal.value.field == field


def test_the_story_is_rendered_safely(a_draft):
    campaign = a_draft(story="# Why\n\n<script>alert(1)</script> **now** [x](javascript:alert(1))")
    assert "<script" not in campaign.story_html
    assert "javascript:" not in campaign.story_html.split("href")[-1] or "href" not in campaign.story_html
    assert "<h3>Why</h3>" in campaign.story_html
    assert "<strong>now</strong>" in campaign.story_html


def test_a_cover_is_drawn_anew_in_thirty_kilobytes(a_draft):
    campaign = a_draft(picture=a_photo(), cover_alt="Desks", cover_shows_student=False)
    assert campaign.cover is not None
    assert campaign.cover.size <= 30_000
    assert not campaign.cover_shows_student


def test_a_cover_is_taken_to_show_a_student_unless_said_otherwise(a_draft):
    assert a_draft(picture=a_photo(), cover_alt="A classroom").cover_shows_student


def test_a_cover_needs_a_description(lantern, amina, amber, say, needs_of):
    with pytest.raises(AltMissing) as refusal:
        create(lantern, needs_of(amber), say(picture=a_photo()), amina)
    assert refusal.value.field == "cover_alt"


@pytest.mark.parametrize("data", [a_polyglot(), a_bomb(), b"", b"%PDF-1.4"], ids=["polyglot", "bomb", "empty", "pdf"])
def test_what_is_no_picture_is_refused_at_its_field(lantern, amina, amber, say, needs_of, data):
    with pytest.raises(PictureRefused) as refusal:
        create(lantern, needs_of(amber), say(picture=data, cover_alt="x"), amina)
    assert refusal.value.field == "cover"


def test_two_campaigns_of_one_title_have_two_addresses(lantern, amina, an_application, say, needs_of):
    slugs = []
    for alias in ("Amber Heron", "Quiet River"):
        student = an_application(Stage.APPROVED, alias=alias)
        slugs.append(create(lantern, needs_of(student), say(), amina).slug)
    assert slugs[0] == "a-nurse-for-western-kenya"
    assert slugs[1].startswith("a-nurse-for-western-kenya-")


@pytest.mark.parametrize("title", ["New", "ممرضة", "…"])
def test_an_address_is_never_empty_nor_taken_by_a_page(a_draft, title):
    campaign = a_draft(title=title)
    assert campaign.slug.rpartition("-")[0] in {"new", "campaign"}


def test_the_needs_of_a_cancelled_campaign_are_free_again(lantern, amina, amber, say, needs_of):
    needs = needs_of(amber)
    first = create(lantern, needs, say(), amina)
    lifecycle.cancel(first, by=amina)
    second = create(lantern, needs, say(), amina)
    assert second.asked == first.asked == 102_550
    assert problems() == []


def test_a_goal_that_differs_from_its_lines_is_found(a_draft):
    campaign = a_draft()
    campaign.asked += 1
    db.session.flush()
    assert problems() == [f"{campaign.slug}: asks for 102551, its lines add up to 102550"]
