"""One ask: its letter, a second reader, and the next step."""

from collections.abc import Callable

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.ask import rules
from campaigns.ask.forms import ReadForm, StepForm
from campaigns.ask.models import Ask, Letter
from campaigns.ask.rules.ladder import free_from
from campaigns.ask.states import UNSENT, AskState
from campaigns.ask.views.base import apart, blueprint, letter_of
from campaigns.ask.views.team.base import find, managed, next_of
from campaigns.campaign.rules import consent
from campaigns.kit import web
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded
from campaigns.kit.forms import Form

STEPS: dict[str, tuple[Callable[..., None], AskState, str]] = {
    "send": (rules.send, AskState.PRIVATE, "The letter is on its way. It stays private for two weeks."),
    "publish": (rules.publish, AskState.PUBLIC, "The letter is public. Share its address so that people can sign."),
    "close": (rules.close_as_silent, AskState.SILENT, "Closed without an answer. The company can still reply."),
}


@blueprint.get("/a/<slug>/asks/<ref>")
@web.signed_in
def manage(slug: str, ref: str) -> ResponseReturnValue:
    """One ask: its letter, where it is, what can be done now."""
    return _manage_page(slug, ref, StepForm())


def _manage_page(slug: str, ref: str, form: Form) -> ResponseReturnValue:
    """Looked up anew: a refused step has rolled back what was loaded."""
    ask = find(slug, ref)
    letter = letter_of(ask)
    member = current_user.roles_in(ask.organisation_id)
    return render_template(
        "ask/manage.html",
        community=ask.organisation if member else None,
        ask=ask,
        letter=letter,
        form=form,
        read_form=_reading(form, ask, letter),
        approval=rules.approval_of(ask, letter),
        traces=consent.traces(ask.campaign_id, letter.subject, letter.body),
        apart=apart(ask),
        next=next_of(ask),
        may=_may(current_user, ask, letter),
        free_from=free_from(ask.company_id) if ask.state is AskState.MODERATED else None,
    ), form.status


def _reading(form: Form, ask: Ask, letter: Letter) -> ReadForm:
    read = form if isinstance(form, ReadForm) else ReadForm(formdata=None, data={"version": letter.version})
    read.for_minor(ask.concerns_minor)
    return read


def _may(user: User, ask: Ask, letter: Letter) -> dict[str, bool]:
    """What to offer this person."""
    unsent = ask.state in UNSENT
    writes = access.allows(user, Action.WRITE_ASK, ask)
    return {
        "see_contact": writes or access.holds(user, Action.MODERATE_ASK, ask),
        "edit": unsent and writes,
        "read": unsent and _reads(user, ask, letter),
        "step": access.allows(user, Action.SEND_ASK, ask),
    }


def _reads(user: User, ask: Ask, letter: Letter) -> bool:
    """Whether to offer this person to read the letter; a second factor is asked for when they do."""
    try:
        rules.require_reader(user, ask, letter)
    except SecondFactorNeeded:
        return True
    except NotAllowed:
        return False
    return True


@blueprint.post("/a/<slug>/asks/<ref>/read")
@web.signed_in
def read(slug: str, ref: str) -> ResponseReturnValue:
    """A second person approves the version that they have read, or asks for changes."""
    form = ReadForm()
    if form.validate_on_submit():
        ask = find(slug, ref)
        with form.showing_refusals():
            if "approve" in request.form:
                rules.approve(ask, version=form.read_version, answers=form.answers, by=current_user)
            else:
                rules.send_back(ask, form.note.data or "", by=current_user)
            return managed(slug, ref)
    return _manage_page(slug, ref, form)


@blueprint.post("/a/<slug>/asks/<ref>/<any(send, publish, close):step>")
@web.signed_in
def take(slug: str, ref: str, step: str) -> ResponseReturnValue:
    """Take the next step: send the letter, make it public, close it."""
    form = StepForm()
    rule, target, done = STEPS[step]
    if form.validate_on_submit():
        ask = find(slug, ref)
        with form.showing_refusals():
            if ask.state is not target:  # a double click has done it already
                rule(ask, by=current_user)
                flash(done, "good")
            return managed(slug, ref)
    return _manage_page(slug, ref, form)
