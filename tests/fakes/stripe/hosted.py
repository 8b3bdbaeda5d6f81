"""The pages people see: Checkout, a bank's question, an invoice, and a dashboard for the bank's late answers."""

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
    add("/c/authenticate/<id>", "authenticate", partial(authenticate, fake), methods=["GET", "POST"])
    add("/setup/<id>", "set_up", partial(set_up, fake), methods=["GET", "POST"])
    add("/i/<id>", "invoice", partial(invoice, fake), methods=["GET", "POST"])


def dashboard(fake: FakeStripe) -> str:
    """Every session, and those that wait for the bank."""
    sessions = fake.all("checkout.session")
    waiting = {session["id"] for session in sessions if _is_processing(fake, session)}
    invoices = fake.all("invoice")
    return render_template("dashboard.html", sessions=sessions, waiting=waiting, invoices=invoices)


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
    if session["mode"] == "setup":
        fake.save_card(id, "".join(request.form["card"].split()), email=email)
    elif request.form.get("method") == "debit":
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


def authenticate(fake: FakeStripe, id: str) -> Response | str | tuple[str, int]:
    """The bank of a saved card asks its owner whether a payment is theirs."""
    intent = fake.objects.get(id)
    if intent is None or intent["status"] != "requires_action":
        return "This question has been answered.", 410
    if request.method == "GET":
        return render_template("authenticate.html", amount=_shown(intent["amount"], intent["currency"]))
    back = intent["next_action"]["redirect_to_url"]["return_url"]
    fake.authenticate(id, ok=request.form["answer"] == "yes")
    return redirect(back, 303)


def invoice(fake: FakeStripe, id: str) -> Response | str | tuple[str, int]:
    """An invoice, with a bank transfer of any amount at a button."""
    found = fake.objects.get(id)
    if found is None:
        return "No such page", 404
    if request.method == "POST" and found["status"] == "open":
        fake.transfer(id, int(request.form["amount"]))
        return redirect(request.path, 303)
    left = _shown(found["amount_remaining"], found["currency"])
    return render_template("invoice.html", invoice=found, left=left, total=_shown(found["total"], found["currency"]))


def set_up(fake: FakeStripe, id: str) -> Response | str | tuple[str, int]:
    """A school sets up being paid."""
    account = fake.objects.get(id)
    if account is None:
        return "No such page", 404
    if request.method == "GET":
        return render_template("setup.html", account=account)
    fake.set_up(id, done=request.form["done"] == "yes")
    return redirect(fake.returns[id], 303)


def _is_processing(fake: FakeStripe, session: Object) -> bool:
    intent = fake.objects.get(session["payment_intent"] or "")
    return intent is not None and intent["status"] == "processing"


def _page(session: Object, error: str = "") -> str:
    saves = session["mode"] == "setup"
    shown = "" if saves else _shown(session["amount_total"], session["currency"])
    return render_template("checkout.html", session=session, amount=shown, error=error, saves=saves)


def _shown(units: int, currency: str) -> str:
    code = currency.upper()
    return format_currency(units / 10 ** get_currency_precision(code), code, locale="en")
