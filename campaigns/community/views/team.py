"""The team: who is in it, who is invited, how one joins and leaves."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account import login, throttle
from campaigns.account import queries as accounts
from campaigns.account.models import Membership
from campaigns.account.states import OrganisationKind
from campaigns.community import queries, rules
from campaigns.community.forms import ConfirmForm, InviteForm, JoinForm
from campaigns.community.models import Community, Invitation
from campaigns.community.states import DOES, DOES_IN_COMPANY
from campaigns.community.views.base import blueprint, find
from campaigns.kit import db, web
from campaigns.kit.forms import Form


@blueprint.route("/a/<slug>/team", methods=["GET", "POST"])
@web.signed_in
def team(slug: str) -> ResponseReturnValue:
    """List the team and the open invitations; invite another person."""
    community, form = find(slug, Action.VIEW_COMMUNITY), InviteForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.invite(community, form.email.data, form.chosen_role, by=current_user)
            return _back(slug, f"We have sent an invitation to {form.email.data}.")
    return render_template("community/team.html", form=form, **_listed(community)), form.status


def _listed(community: Community) -> dict[str, object]:
    return {
        "community": community,
        "memberships": db.session.scalars(accounts.team_of(community.id)).all(),
        "invitations": db.session.scalars(queries.open_invitations(community.id)).all(),
        "may_manage": access.allows(current_user, Action.MANAGE_TEAM, community),
        "button": ConfirmForm(),
    }


def _back(slug: str, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("community.team", slug=slug), 303)


def _invitation(slug: str, number: int) -> Invitation:
    community = find(slug, Action.MANAGE_TEAM)
    return db.one_or_404(queries.open_invitations(community.id).where(Invitation.id == number))


@blueprint.post("/a/<slug>/team/invitations/<int:number>/resend")
@web.signed_in
def resend_invitation(slug: str, number: int) -> ResponseReturnValue:
    """Mail an invitation again, with a new link."""
    invitation = _invitation(slug, number)
    rules.resend(invitation, by=current_user)
    return _back(slug, f"We have sent the invitation to {invitation.email} again.")


@blueprint.post("/a/<slug>/team/invitations/<int:number>/withdraw")
@web.signed_in
def withdraw_invitation(slug: str, number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitation = _invitation(slug, number)
    rules.withdraw(invitation, by=current_user)
    return _back(slug, f"The invitation to {invitation.email} is withdrawn.")


@blueprint.route("/a/<slug>/team/<int:number>/end", methods=["GET", "POST"])
@web.signed_in
def end_membership(slug: str, number: int) -> ResponseReturnValue:
    """Ask whether a role shall end, and end it."""
    community, form = find(slug, Action.VIEW_COMMUNITY), ConfirmForm()
    membership = db.one_or_404(accounts.team_of(community.id).where(Membership.id == number))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.end_membership(membership, by=current_user)
            return _gone(slug, own=membership.user_id == current_user.id)
    return render_template("community/end.html", community=community, membership=membership, form=form), form.status


def _gone(slug: str, *, own: bool) -> ResponseReturnValue:
    if not own:
        return _back(slug, "That role has ended.")
    flash("You have given up that role.", "success")
    return redirect(url_for("account.profile"), 303)


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
def accept_invitation(token: str) -> ResponseReturnValue:
    """Show who invites to what; take the role, with the account signed in or with a new one made here."""
    invitation = rules.behind(token)
    standing = _standing(invitation)
    form: Form = JoinForm() if standing == "new" else ConfirmForm()
    if standing in {"new", "right"} and form.validate_on_submit():
        with form.showing_refusals():
            return _join(token, form, _home(invitation))
    page = {"invitation": invitation, "standing": standing, "does": (DOES | DOES_IN_COMPANY)[invitation.role]}
    return render_template("community/invitation.html", form=form, **page), form.status


def _standing(invitation: Invitation) -> str:
    """How the reader stands to the invited address: signed in as it, as another, known but signed out, or new."""
    if current_user.is_authenticated:
        return "right" if current_user.email == invitation.email else "other"
    known = db.session.scalars(accounts.by_email(invitation.email)).one_or_none()
    return "known" if known else "new"


def _home(invitation: Invitation) -> str:
    in_company = invitation.organisation.kind is OrganisationKind.COMPANY
    return f"/{'s' if in_company else 'a'}/{invitation.organisation.slug}/"


def _join(token: str, form: Form, home: str) -> ResponseReturnValue:
    if isinstance(form, JoinForm):
        login.enter(rules.join(token, form.name.data, form.password.data))
    else:
        rules.accept(token, by=current_user)
    return redirect(home, 303)
