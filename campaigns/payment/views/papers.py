"""A sponsor's year by mailed link, and many papers at once for a treasurer."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from campaigns.account import throttle
from campaigns.billing.words import LANGS
from campaigns.kit import clock, db, tables, web
from campaigns.kit.links import LinkSpent
from campaigns.payment.forms.papers import AddressForm, PeriodForm
from campaigns.payment.queries import papers
from campaigns.payment.rules.papers import batch
from campaigns.payment.rules.papers import statement as rules
from campaigns.payment.rules.papers.batch import Batch
from campaigns.payment.views.base import blueprint, community_for, place


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that the link is too old, and where to get another."""
    db.session.rollback()
    return render_template("payment/statement_spent.html"), 410


@blueprint.route("/statements", methods=["GET", "POST"])
@web.guest
@throttle.letters_by_address
@throttle.letters_by_email
def ask_statement() -> ResponseReturnValue:
    """Mail a link to an address; the answer is the same for every address."""
    form = AddressForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.ask_link(form.email.data or "")
            flash(f"We have sent a link to {form.email.data}. It works for a week.", "good")
            return redirect(url_for("payment.ask_statement"), 303)
    return render_template("payment/ask_statement.html", form=form), form.status


@blueprint.get("/statements/<token>")
@web.guest
def statements(token: str) -> ResponseReturnValue:
    """The years in which something was paid from the address that the link was mailed to."""
    address = rules.behind(token)
    paid = db.session.scalars(papers.years(papers.of_address(address))).all()
    years = sorted({*paid, clock.today().year}, reverse=True) if paid else []  # money may also go back in this one
    return render_template("payment/statements.html", years=years, token=token, address=address)


@blueprint.get("/statements/<token>/<int(min=2000, max=9998):year>")
@web.guest
def statement(token: str, year: int) -> ResponseReturnValue:
    """One year as a page."""
    told, parts = _told(token, year), _batch(token, year).parts
    about = {"token": token, "year": year, "lang_of": _lang(), "langs": LANGS, "parts": parts}
    return render_template("payment/statement.html", paper=rules.statement_paper(told, _lang()), **about)


@blueprint.get("/statements/<token>/<int(min=2000, max=9998):year>.pdf")
@web.guest
def statement_pdf(token: str, year: int) -> ResponseReturnValue:
    """The same as a file."""
    made = rules.statement_paper(_told(token, year), _lang()).pdf()
    return web.attachment(made, "application/pdf", f"statement-{year}.pdf")


@blueprint.get("/statements/<token>/<int(min=2000, max=9998):year>.csv")
@web.guest
def statement_csv(token: str, year: int) -> ResponseReturnValue:
    """The same as a table."""
    made = tables.csv_text(rules.CSV, rules.csv_rows(_told(token, year)))
    return web.attachment(made.encode(), "text/csv", f"statement-{year}.csv")


@blueprint.get("/statements/<token>/<int(min=2000, max=9998):year>/documents.zip")
@web.guest
def statement_zip(token: str, year: int) -> ResponseReturnValue:
    """Every paper of the year, a part at a time."""
    return _zip(_batch(token, year), f"documents-{year}")


@blueprint.get("/a/<slug>/money/documents/batch")
@web.signed_in
def batches(slug: str) -> ResponseReturnValue:
    """Choose a period, and download what was issued in it."""
    community, form = community_for(slug), _period()
    found = batch.of_community(community.id, *form.period) if form.validate() else Batch((), ())
    return render_template("payment/batch.html", form=form, parts=found.parts, count=len(found), **place(community))


@blueprint.get("/a/<slug>/money/documents/batch.zip")
@web.signed_in
def batch_zip(slug: str) -> ResponseReturnValue:
    """A part of it."""
    community, form = community_for(slug), _period()
    if not form.validate():
        abort(404)
    since, until = form.period
    return _zip(batch.of_community(community.id, since, until), f"{slug}-{since}-{until}")


def _period() -> PeriodForm:
    start = clock.today().replace(month=1, day=1)
    return PeriodForm(request.args or None, data={"since": start, "until": clock.today()}, meta={"csrf": False})


def _told(token: str, year: int) -> rules.Statement:
    address = rules.behind(token)
    return rules.statement(papers.of_address(address), year, address)


def _batch(token: str, year: int) -> Batch:
    return batch.of_sponsor(papers.of_address(rules.behind(token)), year)


def _lang() -> str:
    return request.args.get("lang", "en") if request.args.get("lang") in LANGS else "en"


def _zip(whole: Batch, name: str) -> Response:
    part = request.args.get("part", 1, int)
    if not 1 <= part <= whole.parts:
        abort(404)
    pieces: Iterator[bytes] = batch.archive(whole.part(part))
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}-{part}.zip"'}
    headers["Cache-Control"] = "private, no-store"
    return Response(stream_with_context(pieces), mimetype="application/zip", headers=headers)
