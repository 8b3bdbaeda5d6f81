"""`python -m bench.applications`: a vetter's list with 100 and with 10,000 applications, taking turns.

In one process, without a server around it: the figure is about the queries and the page, not about the network.
Prints the median of each, their ratio, and how many queries each page sends.
"""

import statistics
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from campaigns.account import rules as accounts
from campaigns.account import sessions
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.app import create_app
from campaigns.community.models import Community
from campaigns.community.states import CommunityKind
from campaigns.config import Settings
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.web import VouchApp
from campaigns.student.models import Application, Assignment, Need, PersonKey
from campaigns.student.states import NeedKind, Stage, Verdict

FEW, MANY, TURNS, TO_SCORE = 100, 10_000, 300, 20
STAGES = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.APPROVED, Stage.SUPPORTED, Stage.DECLINED)
sent = 0


def community(slug: str, count: int, vetter: User, school: Organisation) -> None:
    """A community with so many applications, each with a key and two costs, that this person vets."""
    organisation = Organisation(kind=OrganisationKind.COMMUNITY, slug=slug, name=slug.capitalize(), country="KE")
    db.session.add(Community(organisation=organisation, kind=CommunityKind.ADVOCATE, currency="EUR"))
    db.session.flush()
    accounts.grant(vetter, organisation, Role.VETTER)
    rows = [
        {
            "ref": refs.random_ref(),
            "code_hash": crypto.token(),
            "organisation_id": organisation.id,
            "school_id": school.id,
            "stage": STAGES[number % len(STAGES)],
            "alias": f"Bird {number}",
            "level": "Form 3",
            "country": "KE",
            "submitted_at": clock.now(),
            # Those in review are scored and wait for a decision: a page of them at the least.
            "score": 70 if number % len(STAGES) == 1 else None,
            "recommended": Verdict.APPROVE if number % len(STAGES) == 1 else None,
        }
        for number in range(count)
    ]
    db.session.execute(sa.insert(Application), rows)
    ids = db.session.scalars(sa.select(Application.id).where(Application.organisation_id == organisation.id)).all()
    key = {"wrapped": "x", "wrapped_by": "x"}
    db.session.execute(sa.insert(PersonKey.__table__), [key | {"application_id": one} for one in ids])
    cost = {"kind": NeedKind.TUITION, "label": "Fees", "term": "Term 1", "amount": 450_00, "currency": "EUR"}
    db.session.execute(sa.insert(Need), [cost | {"application_id": one} for one in ids for _ in range(2)])
    asked = sa.select(Application.id, sa.literal(vetter.id), sa.literal(1), sa.literal(clock.now())).where(
        Application.organisation_id == organisation.id, Application.stage == Stage.IN_REVIEW
    )
    into = [Assignment.application_id, Assignment.vetter_id, Assignment.round, Assignment.made_at]
    db.session.execute(sa.insert(Assignment).from_select(into, asked.order_by(Application.id.desc()).limit(TO_SCORE)))
    db.session.commit()


def signed_in(app: VouchApp, vetter: User) -> FlaskClient:
    """The browser of somebody who has shown everything."""
    token = sessions.start(vetter)
    sessions.note(vetter, second_factor=True, password=True)
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def ask(client: FlaskClient, path: str) -> float:
    """How long one page takes, in seconds."""
    begin = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return time.perf_counter() - begin


def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    """One query more."""
    global sent
    sent += statement != "BEGIN"


def queries(client: FlaskClient, path: str) -> int:
    """How many queries one page sends."""
    global sent
    sent = 0
    event.listen(Engine, "before_cursor_execute", count)
    client.get(path)
    event.remove(Engine, "before_cursor_execute", count)
    return sent


def compare(client: FlaskClient, ending: str) -> None:
    """Ask for both lists in turn, and print what they took."""
    paths = {FEW: f"/a/few/applications{ending}", MANY: f"/a/many/applications{ending}"}
    for path in paths.values():
        ask(client, path)
    taken: dict[int, list[float]] = {size: [] for size in paths}
    for _ in range(TURNS):
        for size, path in paths.items():
            taken[size].append(ask(client, path))
    few, many = (statistics.median(taken[size]) * 1000 for size in (FEW, MANY))
    asked = ", ".join(f"{queries(client, path)} queries" for path in paths.values())
    print(
        f"list{ending or ' of all'}: {few:.1f} ms with {FEW}, {many:.1f} ms with {MANY:,}: {many / few:.2f} ×; {asked}"
    )


def main() -> None:
    """Make both communities and compare."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(vouch_env="test", instance_path=Path(folder), mail_url="inbox:"))
        with app.app_context():
            db.sql.create_all()
            vetter = accounts.create_user("Vera Vetter", "vera@example.org", "correct horse battery staple")
            school = accounts.create_organisation(OrganisationKind.SCHOOL, "Mwangaza", country="KE")
            db.session.flush()
            community("few", FEW, vetter, school)
            community("many", MANY, vetter, school)
            client = signed_in(app, vetter)
        for ending in ("", "?stage=approved", "?show=ready", "?show=mine"):
            compare(client, ending)


if __name__ == "__main__":
    main()
