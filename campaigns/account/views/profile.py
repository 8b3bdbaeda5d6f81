"""One's own account: name, address, password, sessions."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account import agents, queries, rules, sessions, throttle
from campaigns.account.forms import ChangePasswordForm, ConfirmForm, EmailForm, NameForm, PasswordForm
from campaigns.account.models import UserSession
from campaigns.account.returning import onward
from campaigns.account.rules import people
from campaigns.account.views.base import blueprint
from campaigns.audit import rules as audit
from campaigns.kit import crypto, db, links, web


@blueprint.route("/account", methods=["GET", "POST"])
@web.signed_in
def profile() -> ResponseReturnValue:
    """Show the account and what to do next; change the name."""
    form = NameForm(obj=current_user)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.rename(current_user, form.name.data)
            return _done("Your name is changed.")
    codes = db.session.scalars(queries.unused_recovery_codes(current_user)).all()
    return render_template("account/profile.html", form=form, codes_left=len(codes)), form.status


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("account.profile"), 303)


@blueprint.get("/.well-known/change-password")
@web.public
def change_password_hint() -> ResponseReturnValue:
    """Lead password managers to the page (W3C's well-known address)."""
    return redirect(url_for("account.change_password"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@web.signed_in
@throttle.guesses_by_account
def change_password() -> ResponseReturnValue:
    """Set a new password, knowing the current one."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.change_password(current_user, form.current.data, form.password.data)
            return _done("Your new password is set, and every other browser is signed out.")
    return render_template("account/password.html", form=form), form.status


@blueprint.route("/account/email", methods=["GET", "POST"])
@web.signed_in
@throttle.guesses_by_account
@throttle.letters_by_email
def change_email() -> ResponseReturnValue:
    """Mail a link to a new address."""
    form = EmailForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.change_email(current_user, form.email.data, form.password.data)
            return _done(f"We have sent a link to {form.email.data}. Your address changes when you open it.")
    return render_template("account/email.html", form=form), form.status


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
def confirm_email(token: str) -> ResponseReturnValue:
    """Make the address that the link was mailed to the account's own."""
    link, form = links.peek(people.NEW_EMAIL, token), ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.confirm_email(token)
            return _done("Your e-mail address is changed.")
    return render_template("account/confirm_email.html", form=form, email=link.payload["email"]), form.status


@blueprint.route("/account/reauthenticate", methods=["GET", "POST"])
@web.signed_in
@throttle.guesses_by_account
def reauthenticate() -> ResponseReturnValue:
    """Ask for the password again; it counts for a quarter of an hour."""
    form = PasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.reauthenticate(current_user, form.password.data)
            return redirect(onward(current_user), 303)
    return render_template("account/reauthenticate.html", form=form), form.status


@blueprint.get("/account/sessions", endpoint="sessions")
@web.signed_in
def list_sessions() -> ResponseReturnValue:
    """List where this account is signed in."""
    rows = db.session.scalars(queries.sessions_of(current_user)).all()
    this = crypto.digest(current_user.get_id())
    return render_template("account/sessions.html", rows=rows, this=this, browser=agents.words, form=ConfirmForm())


@blueprint.post("/account/sessions/<int:number>/end")
@web.signed_in
def end_session(number: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    row = db.one_or_404(queries.sessions_of(current_user).where(UserSession.id == number))
    sessions.end(current_user, row.id)
    audit.record(current_user, "account.session_ended", row)
    return _signed_out("That browser is signed out.")


@blueprint.post("/account/sessions/end-others")
@web.signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign every browser out but this one."""
    sessions.end_others(current_user)
    audit.record(current_user, "account.other_sessions_ended", current_user)
    return _signed_out("Every other browser is signed out.")


def _signed_out(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("account.sessions"), 303)
