"""What a student gave to be reached by, a paper of theirs, and an application that Vivian entered for a student."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.kit import clock, db, links
from campaigns.student import queries, rules
from campaigns.student.models import Application, Identity
from campaigns.student.rules import codes
from campaigns.student.rules.secret import LINK
from campaigns.student.states import DocumentKind, HelperRole, Stage
from tests.grants.students import CANARY_PAPER, CODE

CANARIES = {
    "student's address": "canary.student@example.org",
    "student's number": "+254700000002",
    "helper's name": "Canary Helper",
    "helper's address": "canary.helper@example.org",
    "helper's number": "+254700000003",
    "secret's hash": "canary hash of a secret",
}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    begun = db.session.scalars(sa.select(Application).where(Application.code_hash == codes.digest(CODE))).one()
    begun.secret_hash = CANARIES["secret's hash"]
    identity = db.session.get_one(Identity, begun.id)
    identity.email, identity.contact = CANARIES["student's address"], CANARIES["student's number"]
    paper = rules.give_paper(begun, CANARY_PAPER, DocumentKind.REPORT, once="once")
    return {
        "helped": _helped(get, users["vivian"]).ref,
        "begun_paper": paper.id,
        "secret_link": links.issue(LINK, begun.id, lasts=timedelta(days=1)),
    }


def _helped(get: Callable[[str], Any], vivian: User) -> Application:
    helped: Application = get("an_application")(Stage.SUBMITTED)
    with db.session.no_autoflush:
        helped.helper_role, helped.helper_user_id = HelperRole.TEACHER, vivian.id
        helped.helper_email = CANARIES["helper's address"]
        helped.handed_over_at = helped.confirmed_at = clock.now()
    identity = db.session.scalars(queries.identity_of(helped.id)).one()
    identity.helper_name, identity.helper_email = CANARIES["helper's name"], CANARIES["helper's address"]
    identity.helper_phone = CANARIES["helper's number"]
    return helped
