"""Organisations, their addresses, and roles in them."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account import queries, rules
from campaigns.account.models import Membership, OrganisationDomain
from campaigns.account.states import OrganisationKind, Role
from campaigns.audit.models import AuditEntry
from campaigns.kit import db

SCHOOL = OrganisationKind.SCHOOL


@pytest.mark.both_databases
def test_each_organisation_of_a_kind_has_an_address_of_its_own(app):
    slugs = [rules.create_organisation(SCHOOL, "St. Mary's School").slug for _ in range(3)]
    assert slugs == ["st-mary-s-school", "st-mary-s-school-2", "st-mary-s-school-3"]


def test_another_kind_may_have_the_same_address(app):
    school = rules.create_organisation(SCHOOL, "Lantern")
    company = rules.create_organisation(OrganisationKind.COMPANY, "Lantern")
    assert school.slug == company.slug == "lantern"


def test_no_organisation_takes_the_address_of_a_page(app):
    assert rules.create_organisation(OrganisationKind.COMMUNITY, "New").slug == "new-2"


def test_a_name_without_latin_letters_gets_an_address_too(app):
    slug = rules.create_organisation(SCHOOL, "مدرسة النور").slug
    assert slug.startswith("school-")
    assert len(slug) == len("school-") + 6


def test_domains_are_kept_once_and_in_lower_case(app):
    school = rules.create_organisation(SCHOOL, "Mwangaza", country="KE", domains=["Mwangaza.ac.ke", "mwangaza.ac.ke"])
    db.session.flush()
    domains = db.session.scalars(
        sa.select(OrganisationDomain.domain).where(OrganisationDomain.organisation_id == school.id)
    )
    assert domains.all() == ["mwangaza.ac.ke"]
    assert db.session.scalars(queries.schools_of_domain("MWANGAZA.ac.ke")).one() is school


def test_a_role_is_granted_and_left_on_record(amina, rita, lantern):
    rules.grant(rita, lantern, Role.VETTER, by=amina)
    db.session.commit()
    assert rita.roles_in(lantern.id) == {Role.VETTER}
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.actor_id, entry.detail) == (
        "role.granted",
        amina.id,
        {"role": "vetter", "user": rita.id},
    )


def test_a_role_is_granted_once(victor, lantern):
    with pytest.raises(rules.AlreadyHeld):
        rules.grant(victor, lantern, Role.VETTER)


@pytest.mark.both_databases
def test_the_database_too_refuses_a_role_twice(victor, lantern):
    db.session.add(Membership(user_id=victor.id, organisation_id=lantern.id, role=Role.VETTER))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_role_that_ended_can_be_granted_again(victor, lantern):
    rules.end(rules.current_memberships(victor)[0])
    db.session.commit()
    assert victor.roles_in(lantern.id) == frozenset()
    rules.grant(victor, lantern, Role.VETTER)
    db.session.commit()
    assert victor.roles_in(lantern.id) == {Role.VETTER}
    assert db.session.scalar(sa.select(sa.func.count()).where(Membership.user_id == victor.id)) == 2


def test_people_know_their_communities_by_name(a_user, lantern, harbour, vouch):
    roles = [(Role.MEMBER, lantern), (Role.VETTER, lantern), (Role.MEMBER, harbour), (Role.MODERATOR, vouch)]
    person = a_user("Zuri", *roles)
    assert [place.name for place in person.communities] == ["Harbour", "Lantern"]
