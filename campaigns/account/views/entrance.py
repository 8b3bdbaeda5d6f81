"""Signing up, in and out, and a forgotten password."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account import login, rules, throttle
from campaigns.account.forms import ConfirmForm, ForgotForm, NewPasswordForm, SignInForm, SignUpForm
from campaigns.account.models import User
from campaigns.account.returning import local_path, onward
from campaigns.account.rules import people
from campaigns.account.views.base import blueprint
from campaigns.kit import links, web


@blueprint.route("/sign-up", methods=["GET", "POST"])
@web.guest
@throttle.letters_by_address
@throttle.letters_by_email
def sign_up() -> ResponseReturnValue:
    """Ask who somebody is; mail a link to confirm it."""
    form = SignUpForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.sign_up(form.name.data, form.email.data, form.password.data)
            return _look_in_your_mail(form.email.data)
    return render_template("account/sign_up.html", form=form), form.status


def _look_in_your_mail(email: str) -> ResponseReturnValue:
    flash(f"We have sent an e-mail to {email}.", "success")
    return redirect(url_for("account.mailed"), 303)


@blueprint.get("/mailed")
@web.guest
def mailed() -> ResponseReturnValue:
    """Say where it goes on: in the mailbox. The same for known and unknown addresses."""
    return render_template("account/mailed.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
def confirm(token: str) -> ResponseReturnValue:
    """Make the account that the mailed link stands for, and sign in."""
    link, form = links.peek(people.SIGN_UP, token), ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            return _enter(rules.confirm(token))
    return render_template("account/confirm.html", form=form, given=link.payload), form.status


@blueprint.route("/sign-in", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
@throttle.guesses_by_email
def sign_in() -> ResponseReturnValue:
    """Ask for address and password, then for the second factor where there is one."""
    form = SignInForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            return _enter(rules.authenticate(form.email.data, form.password.data))
    return render_template("account/sign_in.html", form=form), form.status


def _enter(user: User) -> ResponseReturnValue:
    login.enter(user)
    if user.is_authenticated:
        return redirect(onward(user), 303)
    return redirect(url_for("account.second_factor", next=local_path(request.args.get("next"))), 303)


@blueprint.post("/sign-out")
@web.guest
def sign_out() -> ResponseReturnValue:
    """End this browser's session, also one that still owes its second factor."""
    login.leave(current_user)
    return redirect("/", 303)


@blueprint.route("/password/forgot", methods=["GET", "POST"])
@web.guest
@throttle.letters_by_address
@throttle.letters_by_email
def forgot() -> ResponseReturnValue:
    """Mail a link for a new password."""
    form = ForgotForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.forgot(form.email.data)
            return _look_in_your_mail(form.email.data)
    return render_template("account/forgot.html", form=form), form.status


@blueprint.route("/password/reset/<token>", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
def reset(token: str) -> ResponseReturnValue:
    """Take a new password through the mailed link."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.reset(token, form.password.data)
            flash("Your new password is set. Sign in with it.", "success")
            return redirect(url_for("account.sign_in"), 303)
    links.peek(people.RESET, token)
    return render_template("account/reset.html", form=form), form.status
