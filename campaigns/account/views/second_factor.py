"""Setting up the second factor, showing it, and its recovery codes."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account import throttle
from campaigns.account.forms import CodeForm, ConfirmForm, SetUpForm
from campaigns.account.returning import here, local_path, onward
from campaigns.account.rules import second_factor as rules
from campaigns.account.views.base import blueprint
from campaigns.kit import qr, web
from campaigns.kit.errors import ReauthenticationNeeded


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_account
def second_factor() -> ResponseReturnValue:
    """Ask for a code. Open to those who have shown no more than their password; others are led on."""
    if elsewhere := _elsewhere():
        return redirect(elsewhere, 303)
    form = CodeForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.show(current_user, form.code.data)
            return redirect(onward(current_user), 303)
    return render_template("account/second_factor.html", form=form), form.status


def _elsewhere() -> str | None:
    following = local_path(request.args.get("next"))
    if not current_user.get_id():
        return url_for("account.sign_in", next=following)
    if not current_user.is_authenticated:
        return None
    return onward(current_user) if current_user.second_factor else url_for("account.set_up", next=following)


@blueprint.route("/account/second-factor/set-up", methods=["GET", "POST"])
@web.signed_in
@throttle.guesses_by_account
def set_up() -> ResponseReturnValue:
    """Show the secret as a QR code and a key; take a first code; show the recovery codes once."""
    if not current_user.reauthenticated:
        raise ReauthenticationNeeded()
    form = SetUpForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            return _codes(rules.set_up(current_user, form.secret.data, form.code.data))
    return _set_up_page(form)


def _set_up_page(form: SetUpForm) -> ResponseReturnValue:
    if not rules.is_sealed(form.secret.data):
        form.secret.data = rules.new_secret()
    secret = rules.open_secret(form.secret.data)
    code = qr.svg(rules.address_for_app(current_user, secret), title="QR code for your app")
    return render_template("account/set_up.html", form=form, qr=code, secret=secret), form.status


@blueprint.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@web.signed_in
def recovery_codes() -> ResponseReturnValue:
    """Ask whether to make new recovery codes; show them once."""
    if not current_user.totp_confirmed_at:
        return redirect(url_for("account.set_up", next=here()), 303)
    form = ConfirmForm()
    if form.validate_on_submit():
        return _codes(rules.new_recovery_codes(current_user))
    return render_template("account/new_codes.html", form=form), form.status


def _codes(codes: list[str]) -> ResponseReturnValue:
    return render_template("account/recovery_codes.html", codes=codes, onward=onward(current_user))
