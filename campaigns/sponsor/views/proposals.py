"""Approvals inside a company: proposed by one, approved by others, pledged then."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.kit import db, paging, web
from campaigns.sponsor import queries, rules
from campaigns.sponsor.forms import AnswerProposalForm, LimitForm, ProposeForm
from campaigns.sponsor.models import CompanyLimit, PledgeProposal
from campaigns.sponsor.states import UNDECIDED
from campaigns.sponsor.views.base import blueprint, find, find_for, place

OFFERED = 100


@blueprint.get("/s/<slug>/approvals")
@web.signed_in
def proposals(slug: str) -> ResponseReturnValue:
    """What waits for an approval, and what was decided lately."""
    return _listed(find(slug), LimitForm(formdata=None))


@blueprint.post("/s/<slug>/approvals/limit")
@web.signed_in
def limit(slug: str) -> ResponseReturnValue:
    """Say above which amount two people have to approve."""
    company, form = find_for(slug, Action.SET_COMPANY_LIMIT), LimitForm()
    form.amount.for_currency(form.currency.data or "EUR")
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.set_limit(company, form.amount.data or None, by=current_user)
            flash("The limit is set. It counts for what is proposed from now on.", "good")
            return redirect(url_for("sponsor.proposals", slug=slug), 303)
    return _listed(find(slug), form)


def _listed(company: Organisation, form: LimitForm) -> ResponseReturnValue:
    limit = db.session.get(CompanyLimit, company.id)
    if not form.is_submitted() and limit is not None:
        form.currency.data, form.amount.currency = limit.currency, limit.currency
        form.amount.data = limit.money
    done = queries.proposals(company.id).where(PledgeProposal.state.not_in(UNDECIDED))
    listed = {
        "waiting": db.session.scalars(queries.undecided(company.id)).all(),
        "decided": paging.page(done, PledgeProposal.id, before=None).rows,
        "limit": limit,
    }
    return render_template("sponsor/proposals.html", form=form, **listed, **place(company, "approvals")), form.status


@blueprint.route("/s/<slug>/propose", methods=["GET", "POST"])
@web.signed_in
def propose(slug: str) -> ResponseReturnValue:
    """Propose that the company pledges for a campaign."""
    company, form = find_for(slug, Action.PROPOSE_PLEDGE), ProposeForm()
    campaigns = {each.slug: each for each in db.session.scalars(queries.to_pledge_for().limit(OFFERED))}
    chosen = form.offer(campaigns)
    if form.validate_on_submit() and chosen is not None:
        with form.showing_refusals():
            made = _propose(company, chosen, form)
            return redirect(url_for("sponsor.proposal", slug=slug, number=made.id), 303)
        company = find(slug)
    page = {"campaigns": bool(campaigns), **place(company, "approvals")}
    return render_template("sponsor/propose.html", form=form, **page), form.status


def _propose(company: Organisation, campaign: Campaign, form: ProposeForm) -> PledgeProposal:
    shown, once = bool(form.show_name.data), form.once.data or ""
    given = (company, campaign, form.amount.data, form.reason.data or "")
    return rules.propose(*given, show_name=shown, once=once, by=current_user)


@blueprint.route("/s/<slug>/approvals/<int:number>", methods=["GET", "POST"])
@web.signed_in
def proposal(slug: str, number: int) -> ResponseReturnValue:
    """One proposal; whoever may, approves it, turns it down or takes it back."""
    found = _find(slug, number)
    form = AnswerProposalForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            _answer(found, form)
            return redirect(url_for("sponsor.proposal", slug=slug, number=number), 303)
        found = _find(slug, number)
    may: dict[str, Any] = {action: access.allows(current_user, Action(action), found) for action in MAY}
    page = {"proposal": found, "may_here": may, "open": found.state in UNDECIDED}
    return render_template("sponsor/proposal.html", form=form, **page, **place(find(slug), "approvals")), form.status


MAY = ("approve_pledge", "withdraw_proposal")


def _find(slug: str, number: int) -> PledgeProposal:
    mine = queries.proposals(find(slug).id).where(PledgeProposal.id == number)
    return db.one_or_404(mine.execution_options(populate_existing=True))


def _answer(found: PledgeProposal, form: AnswerProposalForm) -> None:
    if form.approve.data:
        rules.approve(found, by=current_user)
    elif form.withdraw.data:
        rules.withdraw(found, by=current_user)
    else:
        rules.decline(found, form.note.data or "", by=current_user)
