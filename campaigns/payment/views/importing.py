"""Importing a bank's statement: the file, what was read of it, and then all of it at once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import web
from campaigns.payment.forms.importing import ImportForm
from campaigns.payment.rules import statement as rules
from campaigns.payment.rules.files import BankFile, open_file
from campaigns.payment.rules.files.columns import Columns
from campaigns.payment.rules.statement import Preview
from campaigns.payment.views.base import blueprint, community_for, place


@blueprint.route("/a/<slug>/money/import", methods=["GET", "POST"])
@web.signed_in
def import_statement(slug: str) -> ResponseReturnValue:
    """Take a file, show what it says, and import it when the treasurer says so."""
    community, form = community_for(slug, Action.RECORD_PAYMENT), ImportForm()
    preview = None
    if form.validate_on_submit():
        with form.showing_refusals():
            preview = _read(community, form)
            if request.form.get("do") == "store" and not form.is_first:
                return _store(community, form)
    return render_template("payment/import.html", form=form, preview=preview, **place(community)), form.status


def _read(community: Community, form: ImportForm) -> Preview:
    data = form.content()
    file = open_file(data)
    columns = rules.columns_of(community, file) if form.is_first else _chosen(form, file)
    form.show(file, data, columns)
    return rules.preview(community, file, columns, by=current_user)


def _chosen(form: ImportForm, file: BankFile) -> Columns | None:
    return form.chosen() if file.table else None


def _store(community: Community, form: ImportForm) -> ResponseReturnValue:
    file = open_file(form.content())
    count = rules.store(community, file, _chosen(form, file), by=current_user).new
    flash(f"{count} new {'entry' if count == 1 else 'entries'} imported.", "good")
    return redirect(url_for("payment.entries", slug=community.slug), 303)
