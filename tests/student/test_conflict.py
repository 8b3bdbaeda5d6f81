"""Who has something to do with a student keeps out: found, declared, and refused by the database."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import Membership, OrganisationDomain
from campaigns.account.states import Role
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed
from campaigns.student import rules
from campaigns.student.models import Conflict, Identity, Interest, ScoreSheet
from campaigns.student.rules.vetting import conflicts, parties
from campaigns.student.rules.vetting.conflicts import NotACoincidence, NothingTold
from campaigns.student.states import ConflictKind, Stage, Verdict
from tests.cast.browser import submit
from tests.cast.panel import a_sheet, marks, whole


@pytest.fixture
def sent(an_application, victor, vera, safiya):
    return an_application(Stage.SUBMITTED)


def known(application, **changes: str) -> None:
    """Change who the student is."""
    identity = db.session.get_one(Identity, application.id)
    for name, value in changes.items():
        setattr(identity, name, value)
    db.session.flush()


def found(application) -> set[tuple[str, ConflictKind]]:
    conflicts.find(whole(application))
    db.session.flush()
    return {(each.user.name, each.kind) for each in whole(application).conflicts}


# ---- Found ----


def test_nothing_is_found_where_there_is_nothing(sent):
    assert found(sent) == set()


def test_who_works_at_the_school_is_found(sent, school, victor):
    db.session.add(Membership(user_id=victor.id, organisation_id=school.id, role=Role.MEMBER))

    assert found(sent) == {("Victor", ConflictKind.SAME_SCHOOL)}


def test_who_told_of_the_school_is_found(sent, school, victor):
    rules.tell_school(school, by=victor)

    assert found(sent) == {("Victor", ConflictKind.SAME_SCHOOL)}


def test_an_address_at_the_schools_domain_is_found(sent, school, vera):
    db.session.add(OrganisationDomain(organisation_id=school.id, domain="mwangaza.ac.ke"))
    vera.email = "vera@mwangaza.ac.ke"

    assert found(sent) == {("Vera", ConflictKind.EMAIL_DOMAIN)}


def test_the_guardians_own_domain_is_found_and_a_shared_one_is_not(sent, vera, victor):
    known(sent, guardian_contact="mother@familyfirm.example")
    vera.email, victor.email = "vera@familyfirm.example", "victor@gmail.com"
    known(sent, contact="student@gmail.com")

    assert found(sent) == {("Vera", ConflictKind.EMAIL_DOMAIN)}


def test_a_domain_that_was_told_is_found(sent, vera):
    rules.tell_domain("@FamilyFirm.example", by=vera)
    known(sent, guardian_contact="mother@familyfirm.example")

    assert found(sent) == {("Vera", ConflictKind.EMAIL_DOMAIN)}


@pytest.mark.parametrize("typed", ["+254 700 000 001", "0700 000001", "00254700000001"])
def test_a_telephone_number_of_the_household_is_found_however_it_is_written(sent, vera, typed):
    rules.tell_contact(typed, by=vera)

    assert found(sent) == {("Vera", ConflictKind.SAME_CONTACT)}


def test_an_own_address_given_as_the_guardians_is_found(sent, vera):
    known(sent, guardian_contact="Vera+home@example.org")

    assert found(sent) == {("Vera", ConflictKind.SAME_CONTACT)}


@pytest.mark.parametrize(("name", "same"), [("Vera LÉGALNAME", True), ("Vera Guardian", True), ("Vera Other", False)])
def test_a_family_name_is_found_with_and_without_accents(sent, vera, name, same):
    vera.name = name

    assert bool(found(sent)) is same


def test_a_family_name_elsewhere_is_a_coincidence(sent, vera, victor):
    vera.name, victor.name = "Vera Legalname", "Victor Legalname"
    rules.tell_place("KE", "Coast", by=vera)
    rules.tell_place("KE", " western ", by=victor)

    assert found(sent) == {(victor.name, ConflictKind.FAMILY_NAME)}


@pytest.mark.parametrize("kind", [ConflictKind.REFEREE, ConflictKind.HELPER])
def test_a_referee_and_a_helper_keep_out_by_the_hash_of_their_address(sent, vera, kind):
    rules.has_part(sent, kind, [parties.contact_print("vera+work@example.org")])

    assert [(each.user_id, each.kind) for each in whole(sent).conflicts] == [(vera.id, kind)]


def test_the_applicant_is_found_by_address(an_application, victor, vera):
    application = an_application(Stage.SUBMITTED)
    application.applicant_email = victor.email_canonical

    assert found(application) == {("Victor", ConflictKind.OWN)}


def test_finding_twice_notes_once(sent, school, victor):
    rules.tell_school(school, by=victor)

    assert found(sent) == found(sent)
    assert db.session.query(Conflict).count() == 1


def test_what_was_told_is_kept_as_a_hash_only(app, victor):
    rules.tell_contact("+254 700 000 001", by=victor)
    rules.tell_place("KE", "Western", by=victor)
    db.session.flush()

    assert {len(each.fingerprint) for each in db.session.query(Interest)} == {64}


def test_what_is_neither_number_nor_address_is_refused(victor):
    with pytest.raises(NothingTold):
        rules.tell_contact("my aunt", by=victor)


# ---- What follows ----


def test_who_has_a_conflict_is_not_asked(sent, school, victor, vera, safiya):
    rules.tell_school(school, by=vera)

    rules.take_into_review(sent, by=victor)

    assert whole(sent).assigned_ids == {victor.id, safiya.id}


def test_who_has_a_conflict_does_not_even_take_it_up(sent, school, victor):
    rules.tell_school(school, by=victor)

    with pytest.raises(NotAllowed):
        rules.take_into_review(sent, by=victor)


def test_a_conflict_that_comes_to_light_while_scoring_refuses_the_sheet(sent, school, victor):
    rules.take_into_review(sent, by=victor)
    rules.tell_school(school, by=victor)

    with pytest.raises(NotAllowed):
        rules.score(sent, marks(), Verdict.APPROVE, by=victor)


def test_who_declares_one_is_followed_by_somebody_else(sent, victor, vera, safiya):
    rules.take_into_review(sent, by=victor)

    rules.declare(sent, ConflictKind.KNOWS_STUDENT, "My neighbour.", by=vera)

    application = whole(sent)
    assert application.assigned_ids == {victor.id, safiya.id}
    assert application.conflicts[0].note == "My neighbour."
    assert "neighbour" not in application.conflicts[0].note_sealed


def test_a_sheet_by_somebody_who_then_declares_a_conflict_counts_no_more(sent, victor, vera, safiya):
    rules.take_into_review(sent, by=victor)
    for person in (victor, vera):
        a_sheet(sent, person)
    assert whole(sent).recommended is Verdict.APPROVE

    rules.declare(sent, ConflictKind.RELATED, "", by=vera)

    application = whole(sent)
    assert (application.recommended, application.assigned_ids >= {safiya.id}) == (None, True)


def test_organisers_are_told_when_nobody_is_left(sent, amina, school, victor, vera):
    from campaigns.notice.models import Notice

    rules.tell_school(school, by=vera)
    rules.tell_school(school, by=whole(sent) and victor)

    rules.take_into_review(sent, by=_officer())

    assert db.session.query(Notice).filter_by(to=amina.email).one().subject.startswith("Nobody is left to score")


def _officer():
    from campaigns.account.queries import by_email

    person = db.session.scalars(by_email("safiya@example.org")).one()
    person.second_factor = True
    return person


@pytest.mark.parametrize("kind", [ConflictKind.OWN, ConflictKind.REFEREE, ConflictKind.SAW_IDENTITY])
def test_nobody_declares_what_only_can_be_found(sent, victor, kind):
    with pytest.raises(NotAllowed):
        rules.declare(sent, kind, "", by=victor)


# ---- A coincidence ----


@pytest.fixture
def namesake(sent, vera):
    vera.name = "Vera Legalname"
    assert found(sent)
    return whole(sent)


def test_an_officer_says_that_a_name_is_a_coincidence(namesake, safiya, vera):
    rules.overrule(namesake, namesake.conflicts[0].id, "I know both families.", by=safiya)

    assert vera.id not in whole(namesake).barred_ids
    assert found(namesake) == {("Vera Legalname", ConflictKind.FAMILY_NAME)}  # found again, it stays overruled


def test_nobody_else_says_so(namesake, victor, vera):
    for person in (victor, vera):
        with pytest.raises(NotAllowed):
            rules.overrule(namesake, namesake.conflicts[0].id, "Trust me.", by=person)


def test_no_officer_says_so_of_themselves(sent, safiya):
    safiya.name = "Safiya Legalname"
    assert found(sent)

    with pytest.raises(NotAllowed):
        rules.overrule(sent, whole(sent).conflicts[0].id, "I am not.", by=safiya)


def test_every_other_reason_stands(sent, school, victor, safiya):
    rules.tell_school(school, by=victor)
    assert found(sent)

    with pytest.raises(NotACoincidence):
        rules.overrule(sent, whole(sent).conflicts[0].id, "Long ago.", by=safiya)


# ---- On the pages ----


def test_keeping_out_is_one_form(sign_in, sent, victor):
    at = f"/a/lantern/applications/{sent.ref}"
    browser = sign_in(victor)

    answer = submit(browser, f"{at}/conflict", kind="related", note="")

    assert answer.location == "/a/lantern/applications"
    assert browser.get(at).status_code == 403


def test_what_is_close_is_told_and_taken_back(sign_in, school, victor):
    browser, at = sign_in(victor), "/a/lantern/interests"

    submit(browser, f"{at}?q=mwangaza", school_id=str(school.id), contact="+254 700 000 009")
    page = browser.get(at).text
    assert "Mwangaza" in page
    assert "700" not in page

    for each in db.session.query(Interest).all():
        submit(browser, at, to=f"{at}/{each.id}/end")
    assert db.session.query(Interest).count() == 0


def test_nobody_takes_back_what_another_told(sign_in, school, victor, vera):
    rules.tell_school(school, by=vera)
    db.session.commit()
    told = db.session.query(Interest).one().id

    answer = submit(sign_in(victor), "/a/lantern/interests", to=f"/a/lantern/interests/{told}/end", csrf_token="")

    assert answer.status_code in {400, 404}
    assert db.session.query(Interest).count() == 1


# ---- The database says it too ----


def insert_sheet(application, by, round=1) -> None:
    rubric = db.session.scalar(sa.text("SELECT max(id) FROM community_rubric"))
    row = {"a": application.id, "v": by.id, "e": by.email_canonical, "r": rubric, "n": round}
    db.session.execute(
        sa.text(
            "INSERT INTO score_sheet (application_id, round, vetter_id, vetter_email, rubric_id, recommends, total, at)"
            " VALUES (:a, :n, :v, :e, :r, 'approve', 50, '2026-01-01 00:00:00')"
        ),
        row,
    )


@pytest.fixture
def weighed(sent, lantern):
    from campaigns.student.rules.vetting import rubric

    rubric.current(lantern.id)
    db.session.commit()
    return sent


@pytest.mark.both_databases
def test_the_database_takes_a_sheet_of_who_may(weighed, victor):
    insert_sheet(weighed, victor)
    assert db.session.scalars(sa.select(ScoreSheet.vetter_id)).all() == [victor.id]


@pytest.mark.both_databases
def test_the_database_refuses_a_sheet_by_the_applicant(weighed, victor):
    weighed.applicant_user_id = victor.id
    db.session.commit()

    with pytest.raises(IntegrityError, match="own application"):
        insert_sheet(weighed, victor)


@pytest.mark.both_databases
def test_the_database_refuses_a_sheet_against_a_conflict(weighed, victor):
    db.session.add(Conflict(application_id=weighed.id, user_id=victor.id, kind=ConflictKind.SAME_SCHOOL))
    db.session.commit()

    with pytest.raises(IntegrityError, match="conflict of interest"):
        insert_sheet(weighed, victor)


@pytest.mark.both_databases
def test_the_database_refuses_two_sheets_by_one_person(weighed, victor, vera):
    insert_sheet(weighed, victor)
    vera.email_canonical = victor.email_canonical
    with pytest.raises(IntegrityError):
        insert_sheet(weighed, vera)


@pytest.mark.both_databases
def test_the_database_keeps_sheets_as_they_are(weighed, victor):
    insert_sheet(weighed, victor)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("UPDATE score_sheet SET total = 100"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "row",
    [
        {"kind": ConflictKind.SAME_SCHOOL, "overruled_by_id": "safiya"},
        {"kind": ConflictKind.FAMILY_NAME, "overruled_by_id": "victor"},
        {"kind": ConflictKind.FAMILY_NAME, "overruled_by_id": None},
    ],
)
def test_the_database_lets_nothing_be_overruled_but_a_name_by_somebody_else(sent, victor, safiya, row):
    from campaigns.kit import clock

    who = {"safiya": safiya.id, "victor": victor.id, None: None}[row["overruled_by_id"]]
    db.session.add(
        Conflict(
            application_id=sent.id,
            user_id=victor.id,
            kind=row["kind"],
            overruled_by_id=who,
            overruled_at=clock.now(),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_the_database_refuses_a_decision_against_a_conflict(sent, victor):
    db.session.add(Conflict(application_id=sent.id, user_id=victor.id, kind=ConflictKind.RELATED))
    db.session.commit()

    with pytest.raises(IntegrityError, match="conflict of interest"):
        db.session.execute(
            sa.text(
                "INSERT INTO application_decision (application_id, round, voter_id, voter_email, verdict, reason, at)"
                " VALUES (:a, 1, :v, 'v', 'decline', 'out_of_scope', '2026-01-01 00:00:00')"
            ),
            {"a": sent.id, "v": victor.id},
        )
