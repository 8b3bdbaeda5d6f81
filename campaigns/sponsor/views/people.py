"""Who belongs to a company: listed, invited, taken out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.account import queries as accounts
from campaigns.account.models import Membership
from campaigns.community import queries as communities
from campaigns.community import rules as teams
from campaigns.community.models import Invitation
from campaigns.kit import db, web
from campaigns.sponsor.forms import ConfirmForm, InviteForm
from campaigns.sponsor.views.base import blueprint, find, find_for, place


@blueprint.route("/s/<slug>/people", methods=["GET", "POST"])
@web.signed_in
def people(slug: str) -> ResponseReturnValue:
    """List the company's people and the open invitations; invite another person."""
    company, form = find(slug, Action.VIEW_COMPANY, Action.MANAGE_COMPANY), InviteForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            teams.invite(company, form.email.data or "", form.chosen_role, by=current_user)
            return _back(slug, f"We have sent an invitation to {form.email.data}.")
        company = find(slug, Action.VIEW_COMPANY, Action.MANAGE_COMPANY)
    listed = {
        "memberships": db.session.scalars(accounts.team_of(company.id)).all(),
        "invitations": db.session.scalars(communities.open_invitations(company.id)).all(),
        "button": ConfirmForm(formdata=None),
    }
    return render_template("sponsor/people.html", form=form, **listed, **place(company, "people")), form.status


@blueprint.post("/s/<slug>/people/invitations/<int:number>/withdraw")
@web.signed_in
def withdraw_invitation(slug: str, number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    company = find_for(slug, Action.MANAGE_COMPANY)
    invitation = db.one_or_404(communities.open_invitations(company.id).where(Invitation.id == number))
    teams.withdraw(invitation, by=current_user)
    return _back(slug, f"The invitation to {invitation.email} is withdrawn.")


@blueprint.route("/s/<slug>/people/<int:number>/end", methods=["GET", "POST"])
@web.signed_in
def end_membership(slug: str, number: int) -> ResponseReturnValue:
    """Ask whether somebody's role shall end, and end it."""
    company, form = find(slug, Action.VIEW_COMPANY, Action.MANAGE_COMPANY), ConfirmForm()
    membership = db.one_or_404(accounts.team_of(company.id).where(Membership.id == number))
    if form.validate_on_submit():
        with form.showing_refusals():
            own = membership.user_id == current_user.id
            teams.end_membership(membership, by=current_user)
            return redirect(url_for("account.profile"), 303) if own else _back(slug, "That role has ended.")
        company = find(slug, Action.VIEW_COMPANY, Action.MANAGE_COMPANY)
        membership = db.one_or_404(accounts.team_of(company.id).where(Membership.id == number))
    page = place(company, "people")
    return render_template("sponsor/end.html", membership=membership, form=form, **page), form.status


def _back(slug: str, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("sponsor.people", slug=slug), 303)
