"""Their own data for those who gave an address, and for those who have an account."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from campaigns.account import throttle
from campaigns.kit import db, web
from campaigns.kit.errors import ReauthenticationNeeded
from campaigns.kit.links import LinkSpent
from campaigns.report.forms import AddressForm, ConfirmForm, EraseForm
from campaigns.report.rules import accounts, addresses, erase
from campaigns.report.views.base import archive, blueprint


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that the link is used up or too old, and where to get another."""
    db.session.rollback()
    return render_template("report/spent.html"), 410


@blueprint.route("/privacy/data", methods=["GET", "POST"])
@web.guest
@throttle.letters_by_address
@throttle.letters_by_email
def ask_address() -> ResponseReturnValue:
    """Mail a link to an address; the answer is the same for every address."""
    form = AddressForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            addresses.ask_link(form.email.data or "")
            flash(f"We have sent a link to {form.email.data}. It works for an hour.", "good")
            return redirect(url_for("report.ask_address"), 303)
    return render_template("report/ask_address.html", form=form), form.status


@blueprint.route("/privacy/data/<token>", methods=["GET", "POST"])
@web.guest
@throttle.guesses_by_address
def address(token: str) -> ResponseReturnValue:
    """All that is held about the address that the link was mailed to, in answer to a POST."""
    mine, form = addresses.behind(token), ConfirmForm()
    if form.validate_on_submit():
        return archive(addresses.archive(addresses.told_of(mine)), "address")
    return render_template("report/address.html", form=form, erasing=EraseForm(), token=token, address=mine)


@blueprint.post("/privacy/data/<token>/erase")
@web.guest
@throttle.guesses_by_address
def erase_address(token: str) -> ResponseReturnValue:
    """Forget that address, and spend the link."""
    mine, form = addresses.behind(token), EraseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            erase.require_word(form.word.data or "")
            addresses.erase(token)
            return render_template("report/address_erased.html")
    return render_template(
        "report/address.html", form=ConfirmForm(), erasing=form, token=token, address=mine
    ), form.status


@blueprint.route("/account/data", methods=["GET", "POST"])
@web.signed_in
def account_data() -> ResponseReturnValue:
    """All that is held about the person who is signed in."""
    _require_fresh()
    form = ConfirmForm()
    if form.validate_on_submit():
        return archive(addresses.archive(accounts.told_of(current_user)), "account")
    return render_template("report/account.html", form=form, erasing=EraseForm())


@blueprint.post("/account/data/erase")
@web.signed_in
def erase_account() -> ResponseReturnValue:
    """Close the account and forget who it was."""
    _require_fresh()
    form = EraseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            erase.require_word(form.word.data or "")
            accounts.erase(current_user._get_current_object())
            logout_user()
            return render_template("report/address_erased.html")
    return render_template("report/account.html", form=ConfirmForm(), erasing=form), form.status


def _require_fresh() -> None:
    if not current_user.reauthenticated:
        raise ReauthenticationNeeded("Enter your password again first.")
