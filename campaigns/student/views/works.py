"""Where the team looks at students' own work: two people, one of them a safeguarding officer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, ReturnWorkForm, ReviewWorkForm
from campaigns.student.forms.work import KINDS_OF_WORK
from campaigns.student.models import Work
from campaigns.student.states import WORK_RETURNS, WorkReturn
from campaigns.student.views.base import blueprint
from campaigns.student.views.showcase import picture_of

ONE = "/a/<slug>/showcase/<ref>"


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_APPLICATIONS, community)
    return community


def _work(slug: str, ref: str) -> tuple[Community, Work]:
    community = _community(slug)
    work = db.one_or_404(queries.work_for_team(current_user, community.id, ref))
    return community, work


def _next(slug: str, told: str) -> ResponseReturnValue:
    flash(told, "good")
    return redirect(url_for("student.review_works", slug=slug), 303)


@blueprint.get("/a/<slug>/showcase")
@web.signed_in
def review_works(slug: str) -> ResponseReturnValue:
    """The works that wait, oldest first."""
    community = _community(slug)
    rows = queries.works_to_review(current_user, community.id)
    page = paging.page(rows, Work.id, before=request.args.get("after"), rising=True)
    context = {"community": community, "kinds": KINDS_OF_WORK, "me": current_user.id}
    return render_template("student/review_works.html", page=page, **context)


@blueprint.get(ONE)
@web.signed_in
def review_work(slug: str, ref: str) -> ResponseReturnValue:
    """One work, what was found in it, and the questions to answer."""
    return _page(slug, ref, ReviewWorkForm(formdata=None), ReturnWorkForm(formdata=None))


def _page(slug: str, ref: str, form: ReviewWorkForm, returning: ReturnWorkForm) -> ResponseReturnValue:
    community, work = _work(slug, ref)
    form.seen.data = work.content_hash
    context = {
        "community": community,
        "work": work,
        "found": rules.found_in(work),
        "kind": KINDS_OF_WORK[work.kind],
        "returns": WORK_RETURNS,
        "may_review": access.allows(current_user, Action.REVIEW_WORK, work),
        "may_withdraw": access.allows(current_user, Action.CHECK_CONSENT, work.application),
    }
    status = max(form.status, returning.status)
    return render_template("student/review_work.html", form=form, returning=returning, **context), status


@blueprint.post(f"{ONE}/approve")
@web.signed_in
def approve_work(slug: str, ref: str) -> ResponseReturnValue:
    """Approve what was on the page; the second approval shows it to everyone."""
    _, work = _work(slug, ref)
    form = ReviewWorkForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.approve_work(work, seen=form.seen.data or "", by=current_user)
            return _next(slug, "Approved. It is shown once two people have approved it.")
    return _page(slug, ref, form, ReturnWorkForm(formdata=None))


@blueprint.post(f"{ONE}/return")
@web.signed_in
def return_work(slug: str, ref: str) -> ResponseReturnValue:
    """Give it back to the student."""
    _, work = _work(slug, ref)
    form = ReturnWorkForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.give_back_work(work, WorkReturn(form.because.data), by=current_user)
            return _next(slug, "The work was given back.")
    return _page(slug, ref, ReviewWorkForm(formdata=None), form)


@blueprint.post(f"{ONE}/withdraw")
@web.signed_in
def withdraw_work(slug: str, ref: str) -> ResponseReturnValue:
    """Take it off every page at once."""
    _, work = _work(slug, ref)
    if ConfirmForm().validate_on_submit():
        rules.withdraw_work(work, by=current_user)
    return _next(slug, "The work is not shown any more.")


@blueprint.get(f"{ONE}/picture")
@web.signed_in
def work_picture(slug: str, ref: str) -> ResponseReturnValue:
    """The picture of a work, for the page on which it is looked at."""
    _, work = _work(slug, ref)
    return picture_of(work.file)
