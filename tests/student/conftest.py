"""A student's browser, and an application filled in as far as a test wants."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from campaigns.account.models import Organisation, OrganisationDomain, User
from campaigns.account.states import OrganisationKind
from campaigns.community.models import Community
from campaigns.kit import crypto, db
from campaigns.kit.money import Money
from campaigns.student import queries, rules
from campaigns.student.models import Application
from campaigns.student.rules import requests
from campaigns.student.states import NeedKind, Purpose
from tests.cast.browser import submit
from tests.cast.letters import link_to

SECRET = "mangoes at the lake"
YES = {"enrolled": "yes", "cannot_pay": "yes", "confirmed": "yes"}


@pytest.fixture
def a_draft(lantern: Community, school: Organisation) -> Callable[..., Application]:
    """Make a draft through the rules, complete unless parts are left out: `a_draft(without={"story"})`."""

    def make(*, minor: bool = True, without: frozenset[str] | set[str] = frozenset(), **changes: object) -> Application:
        application, _ = rules.start(lantern, once=crypto.token(), by=None)
        told: dict[str, object] = {
            "legal_name": "Canary Legalname",
            "birth_date": date(2012, 5, 4) if minor else date(2003, 5, 4),
            "school_id": school.id,
            "level": "Secondary, year 3",
            "country": "KE",
            "region": "Western",
            "story": "I want to become a nurse.",
            "alias": "Amber Heron",
        }
        if minor:
            told |= {"guardian_name": "Canary Guardian", "guardian_relation": "mother"}
        rules.save(application, **{key: value for key, value in (told | changes).items() if key not in without})
        if "needs" not in without:
            rules.set_needs(application, [rules.Line(NeedKind.TUITION, "Fees", "Term 1", Money(90_000, "EUR"))])
        if "consent" not in without:
            rules.give(application, {Purpose.APPLY, Purpose.PUBLISH_TEXT}, {Purpose.APPLY, Purpose.PUBLISH_TEXT})
        db.session.commit()
        return fresh(application)

    return make


def fresh(application: Application) -> Application:
    """The application as the database has it now, with what its pages need."""
    return db.session.scalars(
        queries.in_full(queries.held(application.id)).execution_options(populate_existing=True)
    ).one()


@pytest.fixture
def a_college(app: object) -> list[Organisation]:
    """Thirty colleges in Uganda, and one in Cameroon with accents."""
    names = [f"Nursing College {number}" for number in range(30)] + ["École normale de Yaoundé"]
    found = [
        Organisation(kind=OrganisationKind.SCHOOL, slug=f"college-{at}", name=name, country="CM" if at == 30 else "UG")
        for at, name in enumerate(names)
    ]
    db.session.add_all(found)
    db.session.commit()
    return found


@pytest.fixture
def begin(client: FlaskClient, lantern: Community) -> Callable[[], FlaskClient]:
    """A browser in which a student has just begun to apply to Lantern, has seen the code and chosen a secret."""

    def start() -> FlaskClient:
        assert submit(client, "/apply/lantern", **YES).status_code == 303
        assert submit(client, "/apply/code").location == "/apply/secret"
        assert submit(client, "/apply/secret", secret=SECRET).location == "/apply/tasks"
        return client

    return start


@pytest.fixture
def office(school: Organisation) -> str:
    """The address of Mwangaza's office, at the domain that the school is listed with."""
    db.session.add(OrganisationDomain(organisation_id=school.id, domain="mwangaza.ac.ke"))
    db.session.commit()
    return "bursar@mwangaza.ac.ke"


@pytest.fixture
def asked(office: str) -> Callable[..., str]:
    """Ask somebody about an application; gives the path of their link: `asked(application, "school")`."""

    def make(application: Application, kind: str, email: str = "", *, by: User | None = None) -> str:
        given = {"once": crypto.token(), "by": by}
        if kind == "referee":
            made = requests.ask_referee(application, "Ruth Referee", "teacher", email, **given)
        elif kind == "guardian":
            made = requests.ask_guardian(application, **given)
        else:
            made = requests.ask_school(application, email or office, **given)
        path = {"referee": "/vouch/", "guardian": "/guardian/", "school": "/school/"}[kind]
        to, url = made.request.email, made.url
        db.session.commit()
        return url.removeprefix("http://localhost") if url else link_to(to, path)

    return make
