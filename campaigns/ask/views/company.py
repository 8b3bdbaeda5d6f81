"""The company's pages, by the link in its letter: read, then answer once."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.ask import queries, rules
from campaigns.ask.forms import ANSWER_FORMS, AnswerForm
from campaigns.ask.models import Ask, Reply
from campaigns.ask.rules.mails import accept_token
from campaigns.ask.states import Answer
from campaigns.ask.views.base import blueprint, letter_of
from campaigns.campaign.states import CampaignState
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter


def _asked(token: str) -> Ask:
    return db.one_or_404(queries.by_ref(links.signed("ask.reply", token) or ""))


def _onward(ask: Ask, reply: Reply | None) -> str | None:
    """Where an acceptance leads on to: the pledge's form, filled in."""
    if reply is None or reply.answer is not Answer.ACCEPT:
        return None
    return url_for("pledge.create", slug=ask.campaign.slug, ask=accept_token(ask))


@blueprint.get("/reply/<token>")
@web.guest
def reply(token: str) -> ResponseReturnValue:
    """The letter, the campaign's figures, and three ways to answer; later, the answer that was given."""
    ask = _asked(token)
    acceptable = ask.campaign.state is CampaignState.LIVE and bool(ask.campaign.uncovered)
    return render_template(
        "ask/reply.html",
        ask=ask,
        letter=letter_of(ask),
        token=token,
        acceptable=acceptable,
        pledge_url=_onward(ask, ask.reply),
    )


@blueprint.route("/reply/<token>/<any(accept, counter, decline):answer>", methods=["GET", "POST"])
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def answer(token: str, answer: str) -> ResponseReturnValue:
    """Give one of the three answers."""
    ask = _asked(token)
    form = _form(ask, answer)
    if form.validate_on_submit():
        with form.showing_refusals():
            given = rules.answer(ask, form.said())
            return redirect(_onward(ask, given) or url_for("ask.reply", token=token), 303)
        ask = _asked(token)
    if ask.reply is not None:
        flash("This letter has been answered already. This is the answer that stands.", "info")
        return redirect(url_for("ask.reply", token=token), 303)
    return render_template("ask/answer.html", ask=ask, token=token, form=form, answer=answer), form.status


def _form(ask: Ask, answer: str) -> AnswerForm:
    suggested: dict[str, Any] = {"answered_by": ask.contact_name}
    if answer == Answer.ACCEPT.value:
        suggested["amount"] = min(ask.money, ask.campaign.uncovered) or None
    form = ANSWER_FORMS[answer](data=suggested) if request.method == "GET" else ANSWER_FORMS[answer]()
    if "amount" in form:
        form["amount"].for_currency(ask.currency)
    return form
