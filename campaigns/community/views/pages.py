"""Founding a community, its public page, its settings."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries, rules
from campaigns.community.forms import BankForm, CreateForm, LegalForm, SettingsForm
from campaigns.community.models import Community, CommunityLegal
from campaigns.community.states import BRINGS, CommunityKind
from campaigns.community.views.base import blueprint, find
from campaigns.kit import db, text, web


@blueprint.route("/communities/new", methods=["GET", "POST"])
@web.signed_in
def create() -> ResponseReturnValue:
    """Found a community; go on to its team."""
    form = CreateForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            given = (form.name.data, CommunityKind(form.kind.data), form.country.data, form.currency.data)
            community = rules.create(*given, form.about.data or "", by=current_user)
            flash(f"{community.name} is founded, and you organise it. Now invite the others.", "success")
            return redirect(url_for("community.team", slug=community.slug), 303)
    return render_template("community/create.html", form=form), form.status


@blueprint.get("/communities/<slug>")
@web.public
def show(slug: str) -> ResponseReturnValue:
    """Say what a community is and brings, and where its campaigns are."""
    community = db.one_or_404(queries.by_slug(slug))
    brings, about = BRINGS[community.kind], text.markdown(community.about)
    return render_template("community/show.html", community=community, brings=brings, about=about)


@blueprint.route("/a/<slug>/settings", methods=["GET", "POST"])
@web.signed_in
def settings(slug: str) -> ResponseReturnValue:
    """Change what the public page says, and whether students can apply."""
    community = find(slug, Action.VIEW_COMMUNITY)
    form = SettingsForm(obj=community)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.describe(community, form.about.data or "", form.accepts_applications.data, by=current_user)
            rules.set_closing(community, form.closes_on.data, form.answer_by.data, by=current_user)
            flash("The settings are changed.", "success")
            return redirect(url_for("community.settings", slug=slug), 303)
    may = {action: access.allows(current_user, action, community) for action in MAY}
    return render_template("community/settings.html", community=community, form=form, may=may), form.status


MAY = (Action.EDIT_COMMUNITY, Action.EDIT_BANK_DETAILS, Action.EDIT_LEGAL_DETAILS, Action.SEE_MONEY)


@blueprint.route("/a/<slug>/settings/bank", methods=["GET", "POST"])
@web.signed_in
def bank(slug: str) -> ResponseReturnValue:
    """Show where sponsors pay; let a treasurer change it."""
    community = find(slug, Action.EDIT_BANK_DETAILS)
    form = BankForm(obj=community)
    if form.validate_on_submit():
        with form.showing_refusals():
            given = (form.payee.data, form.iban.data, form.bic.data or "")
            changed = rules.change_bank_details(community, *given, by=current_user)
            flash("Saved; organisers and treasurers are told." if changed else "Nothing was changed.", "success")
            return redirect(url_for("community.settings", slug=slug), 303)
    return render_template("community/bank.html", community=community, form=form), form.status


@blueprint.route("/a/<slug>/settings/legal", methods=["GET", "POST"])
@web.signed_in
def legal(slug: str) -> ResponseReturnValue:
    """What receipts and invoices print of the community; let a treasurer change it."""
    community = find(slug, Action.EDIT_LEGAL_DETAILS)
    form = LegalForm(obj=db.session.get(CommunityLegal, community.id) or CommunityLegal(**_guess(community)))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.describe_legal(community, form.told, by=current_user)
            flash("Saved. Receipts and invoices say so from now on.", "success")
            return redirect(url_for("community.settings", slug=slug), 303)
    return render_template("community/legal.html", community=community, form=form), form.status


def _guess(community: Community) -> dict[str, str | None]:
    return {"legal_name": community.payee or community.name, "country": community.organisation.country, "lang": "en"}
