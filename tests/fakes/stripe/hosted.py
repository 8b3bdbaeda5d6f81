"""The pages people see: hosted Checkout, and a dashboard where the bank's late answers are given."""

from functools import partial

from babel.numbers import format_currency, get_currency_precision
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tests.fakes.stripe.fake import FakeStripe
from tests.fakes.stripe.money import DECLINED
from tests.fakes.stripe.state import Object

DECLINED_CARD = "4000000000000002"


def mount(fake: FakeStripe) -> None:
    """Add the pages to the account's application."""
    add = fake.app.add_url_rule
    add("/", "dashboard", partial(dashboard, fake))
    add("/c/pay/<id>", "checkout", partial(checkout, fake), methods=["GET"])
    add("/c/pay/<id>", "submit", partial(submit, fake), methods=["POST"])
    add("/c/settle/<id>", "settle", partial(settle, fake), methods=["POST"])


def dashboard(fake: FakeStripe) -> str:
    """Every session, and those that wait for the bank."""
    sessions = fake.all("checkout.session")
    waiting = {session["id"] for session in sessions if _is_processing(fake, session)}
    return render_template("dashboard.html", sessions=sessions, waiting=waiting)


def checkout(fake: FakeStripe, id: str) -> tuple[str, int]:
    """The payment form; 410 when the session is over."""
    session = fake.objects.get(id)
    if session is None:
        return "No such page", 404
    return _page(session), 200 if session["status"] == "open" else 410


def submit(fake: FakeStripe, id: str) -> Response | tuple[str, int]:
    """Pay, now or later, and go back to the shop; a declined card comes back to the form."""
    session = fake.objects.get(id)
    if session is None or session["status"] != "open":
        return checkout(fake, id)
    email = request.form.get("email") or None
    if request.form.get("method") == "debit":
        fake.pay_later(id, email=email)
    elif "".join(request.form["card"].split()) == DECLINED_CARD:
        fake.decline(id, email=email)
        return _page(session, DECLINED["message"]), 402
    else:
        fake.pay(id, email=email)
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id), 303)


def settle(fake: FakeStripe, id: str) -> Response:
    """The bank's answer to a direct debit."""
    if _is_processing(fake, fake.objects[id]):
        fake.settle(id, ok=request.form["answer"] == "paid")
    return redirect(url_for("dashboard"), 303)


def _is_processing(fake: FakeStripe, session: Object) -> bool:
    intent = fake.objects.get(session["payment_intent"] or "")
    return intent is not None and intent["status"] == "processing"


def _page(session: Object, error: str = "") -> str:
    currency = session["currency"].upper()
    amount = session["amount_total"] / 10 ** get_currency_precision(currency)
    shown = format_currency(amount, currency, locale="en")
    return render_template("checkout.html", session=session, amount=shown, error=error)
