"""The blueprint, and the application that a student's browser holds."""

from datetime import timedelta

from flask import Blueprint, Response, abort, after_this_request, redirect, session, url_for

from campaigns.kit import clock, db
from campaigns.student import queries, rules
from campaigns.student.forms import StepForm
from campaigns.student.models import Application, Identity
from campaigns.student.states import EDITABLE

HELD_FOR = timedelta(hours=12)
KEYS = ("application", "application_seen", "application_code")

blueprint = Blueprint("student", __name__)


def hold(application: Application) -> None:
    """Let this browser work on the application for some hours from now."""
    session["application"] = application.id
    session["application_seen"] = int(clock.now().timestamp())


def let_go() -> None:
    """This browser forgets the application; whatever else it holds stays."""
    for key in KEYS:
        session.pop(key, None)


def holds() -> bool:
    """Whether this browser has an application to go on with."""
    age = clock.now().timestamp() - session.get("application_seen", 0)
    return "application" in session and age < HELD_FOR.total_seconds()


def held() -> Application:
    """The application this browser holds; where there is none, on to the page that asks for the code."""
    found = db.session.scalars(queries.held(session["application"])).one_or_none() if holds() else None
    if found is None or found.person_key.wrapped is None:
        let_go()
        abort(redirect(url_for("student.resume"), 303))
    hold(found)
    after_this_request(_keep_no_copy)
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
    with form.showing_refusals():
        rules.save(application, **form.right)
        db.session.commit()
    return not form.errors


def _keep_no_copy(response: Response) -> Response:
    """Phones are shared: the browser keeps no copy of what somebody typed."""
    response.headers["Cache-Control"] = "no-store"
    return response
