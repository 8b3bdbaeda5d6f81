"""The team's list and the page of one application: for those who vet in that community, and nobody else."""

import pytest
import sqlalchemy as sa

from campaigns.account.states import Role
from campaigns.kit import clock, crypto, db, refs
from campaigns.student import rules
from campaigns.student.models import Application
from campaigns.student.states import ConflictKind, Reason, Stage
from tests.cast.panel import a_sheet
from tests.cast.queries import counting

LIST = "/a/lantern/applications"


def many(lantern, school, number: int) -> None:
    rows = [
        {
            "ref": refs.random_ref(),
            "code_hash": crypto.digest(crypto.token()),
            "organisation_id": lantern.id,
            "school_id": school.id,
            "stage": Stage.SUBMITTED,
            "alias": f"Bird {at}",
            "submitted_at": clock.now(),
        }
        for at in range(number)
    ]
    db.session.execute(sa.insert(Application), rows)
    db.session.commit()


def test_the_list_shows_alias_school_and_stage(sign_in, victor, an_application):
    an_application(Stage.SUBMITTED, alias="Amber Heron")

    page = sign_in(victor).get(LIST).text

    assert all(word in page for word in ("Amber Heron", "Mwangaza Secondary", "Secondary, year 3", "Waiting"))


def test_drafts_are_nobodys_business(sign_in, victor, an_application):
    draft = an_application(Stage.DRAFT, alias="Amber Heron")
    browser = sign_in(victor)

    assert "Amber Heron" not in browser.get(LIST).text
    assert browser.get(f"{LIST}/{draft.ref}").status_code == 404


def test_the_list_can_be_narrowed_to_a_stage(sign_in, victor, an_application):
    an_application(Stage.SUBMITTED, alias="Amber Heron")
    an_application(Stage.APPROVED, alias="Blue Wren")

    page = sign_in(victor).get(f"{LIST}?stage=approved").text

    assert "Blue Wren" in page
    assert "Amber Heron" not in page


@pytest.mark.parametrize("stage", ["declined", "draft", "left"])
def test_an_empty_stage_says_so_and_leads_back(sign_in, victor, an_application, stage):
    an_application(Stage.SUBMITTED)

    page = sign_in(victor).get(f"{LIST}?stage={stage}").text

    assert "No application is at this stage now." in page


def test_an_empty_list_says_where_students_apply(sign_in, victor):
    assert "/apply/lantern" in sign_in(victor).get(LIST).text


def test_a_community_that_takes_none_is_told_why_there_are_none(sign_in, victor, lantern):
    lantern.accepts_applications = False
    db.session.commit()

    assert "You take no applications" in sign_in(victor).get(LIST).text


@pytest.mark.both_databases
def test_the_list_asks_the_database_as_often_with_a_thousand_as_with_ten(sign_in, victor, lantern, school):
    browser = sign_in(victor)
    many(lantern, school, 10)
    browser.get(LIST)
    with counting() as few:
        assert browser.get(LIST).status_code == 200
    many(lantern, school, 990)

    with counting() as lots:
        assert browser.get(LIST).status_code == 200

    assert len(lots) == len(few) <= 8


@pytest.mark.both_databases
def test_no_application_is_skipped_or_shown_twice_while_others_arrive(sign_in, victor, lantern, school):
    browser = sign_in(victor)
    many(lantern, school, 50)
    seen, url = [], LIST
    while url:
        page = browser.get(url).text
        seen += [part.split('"')[0] for part in page.split(f'href="{LIST}/')[1:]]
        many(lantern, school, 3)
        url = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else None

    assert len(seen) == len(set(seen)) == 50


def test_the_page_of_one_asks_the_database_a_bounded_number_of_times(sign_in, victor, vera, safiya, an_application):
    application = an_application(Stage.IN_REVIEW, needs=[(f"Cost {at}", 100) for at in range(30)])
    a_sheet(application, vera)
    a_sheet(application, safiya)
    rules.decide(application, Reason.SCHOOL_CONFIRMED, by=vera)
    db.session.commit()
    browser, at = sign_in(victor), f"{LIST}/{application.ref}"
    browser.get(at)

    with counting() as sent:
        assert browser.get(at).status_code == 200

    assert len(sent) <= 18


def test_the_list_shows_what_is_mine_to_score_and_what_is_ready(sign_in, victor, vera, an_application):
    mine, ready = an_application(Stage.SUBMITTED, alias="Blue Wren"), an_application(Stage.IN_REVIEW, alias="Red Kite")
    rules.take_into_review(mine, by=victor)
    for person in (victor, vera):
        a_sheet(ready, person)
    db.session.commit()
    browser = sign_in(victor)

    to_score, to_decide = browser.get(f"{LIST}?show=mine").text, browser.get(f"{LIST}?show=ready").text

    assert ("Blue Wren" in to_score, "Red Kite" in to_score) == (True, False)
    assert ("Blue Wren" in to_decide, "Red Kite" in to_decide) == (False, True)


def test_what_a_person_keeps_out_of_is_named_without_a_way_in(sign_in, victor, vera, an_application):
    application = an_application(Stage.SUBMITTED, alias="Blue Wren")
    rules.declare(application, ConflictKind.RELATED, "", by=victor)
    db.session.commit()

    mine, hers = sign_in(victor).get(LIST).text, sign_in(vera).get(LIST).text

    assert ("you keep out of it" in mine, f"{LIST}/{application.ref}" in mine) == (True, False)
    assert ("you keep out of it" in hers, f"{LIST}/{application.ref}" in hers) == (False, True)


def test_the_consent_that_waits_is_on_the_list(sign_in, safiya, an_application):
    an_application(Stage.APPROVED, consent=False)

    assert "consent to check" in sign_in(safiya).get(LIST).text


@pytest.mark.parametrize("page", ["", "/score", "/decision", "/conflict", "/question", "/identity", "/consent"])
def test_somebody_of_another_community_finds_nothing(sign_in, otto, a_user, harbour, an_application, page):
    vetter = a_user("Hilda", (Role.VETTER, harbour), (Role.SAFEGUARDING_OFFICER, harbour))
    application = an_application(Stage.APPROVED)
    browser = sign_in(vetter)

    assert browser.get(LIST).status_code == 404
    assert browser.get(f"{LIST}/{application.ref}{page}").status_code == 404
    assert browser.get(f"/a/harbour/applications/{application.ref}{page}").status_code == 404


@pytest.mark.parametrize("who", ["amina", "marta", "tomas"])
def test_members_who_do_not_vet_see_no_applications(sign_in, request, an_application, who):
    application = an_application()
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get(LIST).status_code == 403
    assert browser.get(f"{LIST}/{application.ref}").status_code == 404


def test_without_the_second_factor_nothing_is_shown(sign_in, victor, an_application):
    an_application(alias="Amber Heron")

    answer = sign_in(victor, second_factor=False).get(LIST)

    assert answer.status_code in {302, 303, 403}
    assert "Amber Heron" not in answer.text


def test_a_vetter_does_not_see_the_own_application(sign_in, victor, an_application):
    application = an_application(applicant=victor, alias="Amber Heron")
    browser = sign_in(victor)

    assert "Amber Heron" not in browser.get(LIST).text
    assert browser.get(f"{LIST}/{application.ref}").status_code == 404


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.DRAFT}))
def test_every_stage_has_its_page(sign_in, victor, an_application, stage):
    page = sign_in(victor).get(f"{LIST}/{an_application(stage).ref}")

    assert page.status_code == 200
    assert "€1,025.50" in page.text


def test_a_typed_school_is_pointed_out(sign_in, victor, an_application):
    application = an_application()
    application.school_id, application.school_name, application.school_country = None, "Kisumu College", "KE"
    db.session.commit()

    assert "make sure that it exists" in sign_in(victor).get(f"{LIST}/{application.ref}").text
