"""Each step is kept by itself; what is wrong is shown where it was typed, and takes nothing else with it."""

import pytest

from campaigns.kit import db
from campaigns.student import aliases, queries, rules
from campaigns.student.models import Application, Identity
from campaigns.student.rules.draft import NamesYou, NoSuchSchool, NotYours
from campaigns.student.states import Stage
from tests.cast.browser import submit
from tests.student.conftest import fresh

ABOUT = {"legal_name": "Zawadi Mwangi", "day": "4", "month": "5", "year": "2012", "contact": ""}


def identity() -> Identity:
    return db.session.query(Identity).populate_existing().one()


def application() -> Application:
    return db.session.query(Application).populate_existing().one()


@pytest.mark.parametrize(
    ("part", "typed", "told"),
    [
        ("day", "31", "There is no such day"),
        ("day", "x", "Enter the day in figures."),
        ("month", "13", "There is no such day"),
        ("year", "12", "Enter the year with four figures."),
        ("year", "1871", "Look at the year of your birth again."),
        ("year", "2999", "Look at the year of your birth again."),
        ("day", "", "Enter the day, month and year of your birth."),
        ("month", "٤٤", "There is no such day"),
    ],
)
def test_a_wrong_date_is_shown_as_typed_and_the_name_is_kept(begin, part, typed, told):
    fields = ABOUT | {"month": "2", "day": "3"} | {part: typed}

    answer = submit(begin(), "/apply/tasks/about", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{typed}"' in answer.text
    assert (identity().legal_name, identity().birth_date) == ("Zawadi Mwangi", None)


def test_a_missing_name_keeps_the_date(begin):
    answer = submit(begin(), "/apply/tasks/about", **(ABOUT | {"legal_name": ""}))

    assert "Enter your name as the school writes it." in answer.text
    assert identity().birth_date == "2012-05-04"


def test_an_optional_answer_can_be_taken_out_again(begin):
    student = begin()
    submit(student, "/apply/tasks/about", **(ABOUT | {"contact": "+254 700 000 001"}))
    assert identity().contact == "+254 700 000 001"

    submit(student, "/apply/tasks/about", **ABOUT)

    assert identity().contact is None


def test_what_was_kept_is_filled_in_when_the_student_comes_back(begin):
    student = begin()
    submit(student, "/apply/tasks/about", **ABOUT)

    page = student.get("/apply/tasks/about").text

    assert 'value="Zawadi Mwangi"' in page
    assert all(f'value="{part}"' in page for part in ("4", "5", "2012"))


def test_too_long_a_story_is_not_cut_but_given_back(begin):
    story = "I want to learn. " * 400

    answer = submit(begin(), "/apply/tasks/story", story=story)

    assert answer.status_code == 422
    assert "Keep it under 5,000 letters." in answer.text
    assert story.strip() in answer.text
    assert not application().story


def test_a_text_with_what_no_database_can_store_is_kept_without_it(begin):
    submit(begin(), "/apply/tasks/story", story="I want\x00 to learn.")

    assert application().story == "I want to learn."


def test_what_a_student_writes_is_never_markup(begin):
    student = begin()
    submit(student, "/apply/tasks/story", story="<script>alert(1)</script>")

    assert "<script>" not in student.get("/apply/tasks/check").text


def test_a_country_that_is_none_is_refused_and_the_region_kept(begin):
    answer = submit(begin(), "/apply/tasks/place", country="XX", region="Western")

    assert answer.status_code == 422
    assert (application().country, application().region) == (None, "Western")


# ---- School ----


def test_a_school_is_found_by_a_part_of_its_name(begin, school, a_college):
    page = begin().get("/apply/tasks/school?q=waNGaz").text

    assert "Mwangaza Secondary" in page
    assert "Nursing College" not in page


def test_a_school_is_found_in_a_country(begin, a_college):
    page = begin().get("/apply/tasks/school?q=e&country=CM").text

    assert "École normale de Yaoundé" in page
    assert "Nursing College" not in page


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["école", "École", "ecole", "YAOUNDÉ normale"])
def test_a_name_with_accents_is_found_however_its_first_letter_is_written(a_college, typed):
    found = [each.name for each in db.session.scalars(queries.schools(typed))]

    assert found == ([] if typed == "ecole" else ["École normale de Yaoundé"])


def test_at_most_twenty_schools_are_listed_and_the_page_says_so(begin, a_college):
    page = begin().get("/apply/tasks/school?q=nursing").text

    assert page.count('type="radio"') == 20
    assert "These are the first 20." in page


@pytest.mark.both_databases
def test_schools_that_begin_with_the_text_come_first(a_college, school):
    school.name = "A School of Nursing"
    db.session.commit()

    assert db.session.scalars(queries.schools("nursing")).all()[0].name == "Nursing College 0"


@pytest.mark.parametrize("typed", ["%", "_", "' OR 1=1 --", "zzz", "\\"])
def test_a_search_without_a_hit_says_what_to_do(begin, a_college, typed):
    page = begin().get("/apply/tasks/school", query_string={"q": typed}).text

    assert 'type="radio"' not in page
    assert "My school is not listed" in page


def test_choosing_a_school_without_a_level_keeps_the_school(begin, school):
    answer = submit(begin(), "/apply/tasks/school?q=mwangaza", school_id=str(school.id), level="")

    assert "Say what you are studying" in answer.text
    assert application().school_id == school.id


@pytest.mark.parametrize("number", ["999999", "0", "-1", "x", str(10**30), ""])
def test_a_school_that_is_not_there_is_refused_at_its_field(begin, school, number):
    answer = submit(begin(), "/apply/tasks/school?q=mwangaza", school_id=number, level="Year 3")

    assert answer.status_code == 422
    assert application().school_id is None


def test_the_level_is_kept_beside_a_school_that_is_not_there(begin, school):
    submit(begin(), "/apply/tasks/school?q=mwangaza", school_id="999999", level="Year 3")

    assert application().level == "Year 3"


def test_a_company_is_no_school(a_draft, a_company):
    with pytest.raises(NoSuchSchool):
        rules.save(a_draft(), school_id=a_company().id)


def test_an_unlisted_school_is_kept_as_typed_until_two_people_approve(begin, school):
    student = begin()
    submit(student, "/apply/tasks/school?q=mwangaza", school_id=str(school.id), level="Year 3")

    typed = {"school_name": "Kisumu College", "school_country": "KE", "level": "Year 1"}
    submit(student, "/apply/tasks/school?unlisted=yes", **typed)

    now = application()
    assert (now.school_id, now.school_name, now.school_country) == (None, "Kisumu College", "KE")
    assert 'value="Kisumu College"' in student.get("/apply/tasks/school").text


def test_a_listed_school_replaces_a_typed_one(a_draft, school):
    draft = a_draft(without={"school_id"}, school_name="Kisumu College", school_country="KE")

    rules.save(draft, school_id=school.id)

    assert (draft.school_name, draft.school_country) == (None, None)


# ---- Alias ----


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Zawadi", "Zawadi Mwangi"),
        ("Little mwangi", "Zawadi MWANGI"),
        ("Zawa Heron", "Zawadi Mwangi"),
        ("MyZawadiBird", "Zawadi Mwangi"),
        ("Jose Heron", "José Álvarez"),
        ("Zoë", "Zoe Ali"),
        ("Blue Li", "Li Wei"),
        ("زهرة الصباح", "زهرة أحمد"),
    ],
)
def test_an_alias_with_a_part_of_the_name_is_refused(a_draft, alias, name):
    draft = a_draft(legal_name=name, without={"alias"})

    with pytest.raises(NamesYou):
        rules.save(draft, alias=alias)


@pytest.mark.parametrize(("alias", "name"), [("Amber Heron", "Zawadi Mwangi"), ("Blue Lion", "Li Wei"), ("Ada", "")])
def test_an_alias_without_one_is_taken(alias, name):
    assert not aliases.gives_away(alias, name)


def test_a_refused_alias_is_shown_as_typed_with_its_reason(begin):
    student = begin()
    submit(student, "/apply/tasks/about", **ABOUT)
    before = application().alias

    answer = submit(student, "/apply/tasks/appearance", own="Zawadi the Great")

    assert answer.status_code == 422
    assert '<a href="#own">This holds a part of your name' in answer.text
    assert "Zawadi the Great" in answer.text
    assert application().alias == before


@pytest.mark.parametrize("own", ["a@b.org", "call 0700 000 001", "x", "Bird" * 20, "www.bird.org"])
def test_an_alias_is_no_address_number_or_novel(begin, own):
    answer = submit(begin(), "/apply/tasks/appearance", own=own)

    assert answer.status_code == 422
    assert application().alias != own


def test_what_is_written_wins_over_what_is_picked(begin):
    submit(begin(), "/apply/tasks/appearance", pick="Amber Heron", own="Star of the Lake")

    assert application().alias == "Star of the Lake"


def test_suggestions_differ_and_hold_no_part_of_the_name():
    suggested = aliases.suggest(5, avoiding="Amber Heron")

    assert len(set(suggested)) == 5
    assert not any("Amber" in alias or "Heron" in alias for alias in suggested)


def test_a_name_told_later_makes_the_alias_a_thing_to_do(a_draft):
    draft = a_draft(alias="Amber Heron", legal_name="Amber Okello", without={"alias"})
    draft.alias = "Amber Heron"

    identity_ = db.session.scalars(queries.identity_of(draft.id)).one()
    lacking = rules.missing(draft, identity_, rules.standings(draft))

    assert lacking["appearance"] == "Your alias holds a part of your name: choose another."


# ---- When it is sent ----


def test_a_sent_application_cannot_be_changed(an_application):
    with pytest.raises(NotYours):
        rules.save(an_application(Stage.SUBMITTED), story="Other")


def test_the_steps_of_a_sent_application_lead_to_how_it_stands(hold, an_application):
    answer = hold(an_application(Stage.IN_REVIEW)).get("/apply/tasks/story")

    assert answer.location == "/apply/status"


def test_a_birthday_makes_an_adult(a_draft):
    from datetime import date

    draft = a_draft()
    rules.save(draft, birth_date=date(2001, 1, 1))

    assert fresh(draft).is_minor is False
