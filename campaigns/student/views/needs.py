"""The team's pages about an application's costs: how far each is confirmed, confirming one, correcting one."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import ChangeForm, VerifyForm, as_it_is
from campaigns.student.models import Application, Document, Need, NeedConfirmation
from campaigns.student.rules.needs import CORRECTABLE, VERIFIABLE
from campaigns.student.states import FUNDABLE, HOW, How
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, ONE, one_application


@blueprint.get(f"{ONE}/needs")
@web.signed_in
def needs_of(slug: str, ref: str) -> ResponseReturnValue:
    """Each cost, how far it is confirmed and by whom, its papers, and how it changed."""
    community, found = one_application(slug, ref, Action.VERIFY_NEED)
    stage = found.stage
    return render_template(
        "student/costs.html", community=community, application=found, how=HOW, costs=rules.costs(found),
        papers=_papers(found), words=_words(found), changes=db.session.scalars(queries.changes_of(found.id)).all(),
        verifiable=stage in VERIFIABLE, correctable=stage in CORRECTABLE, changeable=stage in FUNDABLE,
    )  # fmt: skip


@blueprint.route(f"{ONE}/needs/<int:need_id>/verify", methods=BOTH)
@web.signed_in
def verify_need(slug: str, ref: str, need_id: int) -> ResponseReturnValue:
    """Note that a cost is right."""
    _, found = one_application(slug, ref, Action.VERIFY_NEED)
    need, papers, form = find_need(found, need_id), _papers(found), VerifyForm()
    form.offer(papers, need)
    if form.validate_on_submit():
        with form.showing_refusals():
            _verify(form, need, papers)
            return redirect(url_for("student.needs_of", slug=slug, ref=ref), 303)
    context = again(slug, ref, need_id)
    form.seen.data = context["need"].fingerprint
    return render_template("student/cost_verify.html", form=form, **context), form.status


@blueprint.route(f"{ONE}/needs/<int:need_id>/correct", methods=BOTH)
@web.signed_in
def correct_need(slug: str, ref: str, need_id: int) -> ResponseReturnValue:
    """Put a cost right before the application is approved."""
    _, found = one_application(slug, ref, Action.VERIFY_NEED)
    need = find_need(found, need_id)
    form = ChangeForm(data=as_it_is(need))
    form.amount.for_currency(need.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.correct(need, form.told, by=current_user)
            return redirect(url_for("student.needs_of", slug=slug, ref=ref), 303)
    return render_template("student/cost_correct.html", form=form, **again(slug, ref, need_id)), form.status


def find_need(application: Application, need_id: int) -> Need:
    """One cost of an application; 404 where it has no such one."""
    return db.one_or_404(queries.needs_of(application.id).where(Need.id == need_id))


def _papers(application: Application) -> Sequence[Document]:
    return db.session.scalars(queries.documents_of(application.id)).all()


def _words(application: Application) -> dict[int, NeedConfirmation]:
    """What the school has said of each cost by its link, by the number of the cost."""
    return {each.need_id: each for each in db.session.scalars(queries.confirmed_needs([application.id]))}


def _verify(form: VerifyForm, need: Need, papers: Sequence[Document]) -> None:
    paper = next((each for each in papers if str(each.id) == form.document.data), None)
    how, until, seen = How(form.how.data), form.expires_on.data, form.seen.data or ""
    rules.verify(need, how, until, seen=seen, note=form.note.data or "", document=paper, by=current_user)


def again(slug: str, ref: str, need_id: int) -> dict[str, Any]:
    """What a page about one cost shows, found anew: a refusal has rolled back what was read before."""
    community, found = one_application(slug, ref, Action.VERIFY_NEED)
    word = _words(found).get(need_id)
    return {"community": community, "application": found, "need": find_need(found, need_id), "word": word}
