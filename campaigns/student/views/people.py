"""Asking people to confirm an application: on the student's own pages, and on the team's."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.kit.forms import OnceForm
from campaigns.kit.limits import limiter
from campaigns.student import queries
from campaigns.student.forms.requests import KNOWN, AskGuardianForm, AskRefereeForm, AskSchoolForm
from campaigns.student.models import Application, ConfirmationRequest
from campaigns.student.rules import requests as rules
from campaigns.student.states import ASKABLE, RequestKind
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import ONE

BOTH = ["GET", "POST"]
KINDS = "<any(referee,guardian,school):kind>"
FORMS: dict[RequestKind, type[OnceForm]] = {
    RequestKind.REFEREE: AskRefereeForm,
    RequestKind.GUARDIAN: AskGuardianForm,
    RequestKind.SCHOOL: AskSchoolForm,
}
letters_by_address = limiter.limit("30/hour", methods=["POST"])


def _ask(application: Application, kind: RequestKind, form: Any, by: User | None) -> rules.Asked:
    once = form.once.data
    if kind is RequestKind.REFEREE:
        given = (form.name.data, form.relation.data, form.email.data or "")
        return rules.ask_referee(application, *given, once=once, by=by)
    if kind is RequestKind.GUARDIAN:
        return rules.ask_guardian(application, once=once, by=by)
    school_id = _chosen_school() if by is not None else None
    return rules.ask_school(application, form.email.data, school_id=school_id, once=once, by=by)


def _chosen_school() -> int | None:
    """The number of the school in the address, where it can be one."""
    number = request.args.get("school", type=int)
    return number if number is not None and 0 < number < 2**63 else None


def _say(asked: rules.Asked) -> None:
    """Tell that a letter has left; or keep the link for the next page, which shows it once."""
    if asked.url is None:
        flash("We have sent them an e-mail with a link.", "good")
    else:
        session["passed_on"] = asked.url


def _about(application: Application) -> Sequence[ConfirmationRequest]:
    return db.session.scalars(queries.requests_of(application.id)).all()


def _held() -> Application:
    application = base.held()
    if application.stage not in ASKABLE:
        abort(redirect(url_for("student.status"), 303))
    return application


def _own(application: Application, number: int) -> int:
    """The request of this application with this number; 404 for any other."""
    mine = queries.requests_of(application.id).where(ConfirmationRequest.id == number)
    return db.one_or_404(mine).id


@blueprint.get("/apply/tasks/people")
@web.guest
def people() -> ResponseReturnValue:
    """Who was asked to confirm the application, and how that stands."""
    application = _held()
    context = {"requests": _about(application), "passed_on": session.pop("passed_on", None)}
    identity = base.identity_of(application)
    return render_template("student/people.html", application=application, identity=identity, **context)


@blueprint.route(f"/apply/tasks/people/{KINDS}", methods=BOTH)
@web.guest
@letters_by_address
def ask_person(kind: str) -> ResponseReturnValue:
    """The student asks one more person."""
    application, form = _held(), FORMS[RequestKind(kind)]()
    if form.validate_on_submit():
        with form.showing_refusals():
            _say(_ask(application, RequestKind(kind), form, None))
            return redirect(url_for("student.people"), 303)
    application = base.held()
    context = {"identity": base.identity_of(application), "kind": kind}
    return render_template("student/person.html", form=form, application=application, **context), form.status


@blueprint.post("/apply/tasks/people/<int:number>/again")
@web.guest
@letters_by_address
def ask_again(number: int) -> ResponseReturnValue:
    """The student has a link sent again."""
    application = _held()
    _say(rules.send_again(application, _own(application, number), by=None))
    return redirect(url_for("student.people"), 303)


@blueprint.post("/apply/tasks/people/<int:number>/withdraw")
@web.guest
def ask_no_more(number: int) -> ResponseReturnValue:
    """The student takes a request back."""
    application = _held()
    rules.withdraw(application, _own(application, number), by=None)
    return redirect(url_for("student.people"), 303)


def _found(slug: str, ref: str, action: Action) -> tuple[Community, Application]:
    """One application of a community, where this person may do `action` with it."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = queries.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(queries.in_full(mine))
    access.require(current_user, action, application)
    return community, application


def shown(application: Application) -> dict[str, Any]:
    """What the team's page of an application shows of those who confirm it."""
    confirmed = db.session.scalars(queries.confirmed_needs([application.id])).all()
    return {
        "requests": _about(application),
        "vouchings": {each.request_id: each for each in db.session.scalars(queries.vouchings_of(application.id))},
        "schools": {
            each.request_id: each for each in db.session.scalars(queries.school_confirmations_of(application.id))
        },
        "confirmed": {each.need_id: each for each in confirmed},
        "known": KNOWN,
        "passed_on": session.pop("passed_on", None),
    }


@blueprint.get(f"{ONE}/people")
@web.signed_in
def people_of(slug: str, ref: str) -> ResponseReturnValue:
    """Who confirms an application: whom the team can ask, and what they have answered."""
    community, found = _found(slug, ref, Action.ASK_APPLICANT)
    return render_template("student/request/team.html", community=community, application=found, **shown(found))


@blueprint.route(f"{ONE}/people/{KINDS}", methods=BOTH)
@web.signed_in
@letters_by_address
def ask_for(slug: str, ref: str, kind: str) -> ResponseReturnValue:
    """The team asks a referee, the guardian or a school."""
    community, found = _found(slug, ref, Action.ASK_APPLICANT)
    form = FORMS[RequestKind(kind)]()
    if form.validate_on_submit():
        with form.showing_refusals():
            _say(_ask(found, RequestKind(kind), form, current_user))
            return redirect(url_for("student.people_of", slug=slug, ref=ref), 303)
    typed = request.args.get("q", "").strip()[:100]
    chosen = db.session.scalars(queries.school(_chosen_school())).one_or_none()
    offered = db.session.scalars(queries.schools_with_domains(typed)).all() if typed else []
    context = {"kind": kind, "typed": typed, "chosen": chosen, "offered": offered}
    page = render_template("student/request/ask.html", form=form, community=community, application=found, **context)
    return page, form.status


@blueprint.post(f"{ONE}/people/<int:number>/again")
@web.signed_in
@letters_by_address
def ask_again_for(slug: str, ref: str, number: int) -> ResponseReturnValue:
    """The team has a link sent again."""
    _, found = _found(slug, ref, Action.ASK_APPLICANT)
    _say(rules.send_again(found, _own(found, number), by=current_user))
    return redirect(url_for("student.people_of", slug=slug, ref=ref), 303)


@blueprint.post(f"{ONE}/people/<int:number>/withdraw")
@web.signed_in
def ask_no_more_for(slug: str, ref: str, number: int) -> ResponseReturnValue:
    """The team takes a request back."""
    _, found = _found(slug, ref, Action.ASK_APPLICANT)
    rules.withdraw(found, _own(found, number), by=current_user)
    return redirect(url_for("student.people_of", slug=slug, ref=ref), 303)
