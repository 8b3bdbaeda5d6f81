"""The blueprint, and the application that a student's browser holds."""

from datetime import timedelta

from flask import Blueprint, Response, abort, after_this_request, redirect, session, url_for

from campaigns.kit import clock, db
from campaigns.student import queries, rules
from campaigns.student.forms import StepForm
from campaigns.student.models import Application, Identity
from campaigns.student.states import EDITABLE

HELD_FOR = timedelta(hours=12)
KEYS = ("application", "application_seen", "application_lock", "application_bare", "application_code")

blueprint = Blueprint("student", __name__)


def hold(application: Application) -> None:
    """Let this browser work on the application for some hours from now."""
    session["application"] = application.id
    session["application_lock"] = application.lock_no
    session["application_bare"] = application.secret_hash is None and not application.with_helper
    _seen()


def _seen() -> None:
    session["application_seen"] = int(clock.now().timestamp())


def let_go() -> None:
    """This browser forgets the application; whatever else it holds stays."""
    for key in KEYS:
        session.pop(key, None)


def holds() -> bool:
    """Whether this browser has an application to go on with."""
    age = clock.now().timestamp() - session.get("application_seen", 0)
    return "application" in session and age < HELD_FOR.total_seconds()


def held(*, bare: bool = False) -> Application:
    """The application this browser holds; where there is none, on to the page that asks for the code.

    Opened with a code that has no secret yet, it leads to the choice of one first, except where `bare`.
    """
    found = db.session.scalars(queries.held(session["application"])).one_or_none() if holds() else None
    gone = found is None or found.person_key.wrapped is None
    if found is None or gone or found.lock_no != session.get("application_lock", 0):
        let_go()
        abort(redirect(url_for("student.resume"), 303))
    _seen()
    keep_no_copy()
    if session.get("application_bare") and not bare:
        abort(redirect(url_for("student.secret"), 303))
    return found


def editable() -> Application:
    """The application this browser holds, while the student may change it; else on to how it stands."""
    application = held()
    if application.stage not in EDITABLE:
        abort(redirect(url_for("student.status"), 303))
    return application


def identity_of(application: Application) -> Identity:
    """Who the student is, for their own pages."""
    return db.session.scalars(queries.identity_of(application.id)).one()


def saved(form: StepForm, application: Application) -> bool:
    """Keep what is right in a form that was sent, and say whether all of it is.

    Committed here: what is right stays, although the page that shows what is wrong answers 422.
    """
    if not form.is_submitted():
        return False
    form.validate()
    right = form.right
    with form.showing_refusals():
        rules.save(application, **right)
        db.session.commit()
        return not form.errors
    rest = form.right
    if len(rest) < len(right):  # a rule refused one thing; the others are kept all the same
        rules.save(application, **rest)
        db.session.commit()
    return False


def keep_no_copy() -> None:
    """Phones are shared: the browser keeps no copy of this page, which shows what somebody typed."""
    after_this_request(_no_store)


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
