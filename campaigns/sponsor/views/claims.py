"""Asking to speak for a company by the link in its letter, and what administrators decide."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.ask import queries as asks
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.sponsor import queries, rules
from campaigns.sponsor.forms import ClaimForm, DecideForm
from campaigns.sponsor.models import CompanyClaim
from campaigns.sponsor.views.base import blueprint


@blueprint.route("/reply/<token>/workspace", methods=["GET", "POST"])
@web.guest
@limiter.limit("10/minute;30/hour", methods=["POST"])
def claim(token: str) -> ResponseReturnValue:
    """Ask to be the admin of the company that a letter was written to."""
    ask = db.one_or_404(asks.by_ref(links.signed("ask.reply", token) or ""))
    if not current_user.is_authenticated:
        return render_template("sponsor/claim.html", ask=ask, standing="out", form=ClaimForm(), here=request.path)
    form = ClaimForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.claim(ask, form.position.data or "", by=current_user)
            return redirect(request.path, 303)
        ask = db.one_or_404(asks.by_ref(links.signed("ask.reply", token) or ""))
    claimed = db.session.scalars(queries.claim_of(current_user.id, ask.company_id)).one_or_none()
    inside = db.session.scalar(queries.holds_role(current_user.id, ask.company_id)) is not None
    standing = "inside" if inside else claimed.state.value if claimed else "new"
    page = {"ask": ask, "standing": standing, "claimed": claimed, "here": request.path}
    return render_template("sponsor/claim.html", form=form, **page), form.status


@blueprint.get("/company-claims")
@web.signed_in
def claims() -> ResponseReturnValue:
    """Who asks to speak for a company, with what there is to check it by."""
    return _list()


@blueprint.post("/company-claims/<int:number>")
@web.signed_in
def decide(number: int) -> ResponseReturnValue:
    """Let them in, or turn them down."""
    access.require(current_user, Action.DECIDE_CLAIM, CompanyClaim())
    found = db.one_or_404(queries.claims().where(CompanyClaim.id == number))
    form = DecideForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            (rules.grant if form.grant.data else rules.refuse)(found, form.note.data or "", by=current_user)
            flash("It is decided, and they are told.", "good")
            return redirect(url_for("sponsor.claims"), 303)
    return _list(form, number)


def _list(tried: DecideForm | None = None, about: int = 0) -> ResponseReturnValue:
    access.require(current_user, Action.DECIDE_CLAIM, CompanyClaim())
    found = db.session.scalars(queries.claims().limit(100)).all()
    known: dict[int, list[str]] = {}
    for company_id, domain in db.session.execute(queries.domains({each.company_id for each in found})):
        known.setdefault(company_id, []).append(domain)
    forms: dict[int, Any] = {each.id: tried if each.id == about else DecideForm(formdata=None) for each in found}
    for number, form in forms.items():
        form.note.id = f"note-{number}"
    page = {"claims": found, "domains": known, "forms": forms, "form": tried or DecideForm(formdata=None)}
    return render_template("sponsor/claims.html", community=None, **page), tried.status if tried else 200
