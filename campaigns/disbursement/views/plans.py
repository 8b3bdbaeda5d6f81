"""The plan for a school: what is paid when."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.forms import plan_form
from campaigns.disbursement.rules import OpenLine, Step
from campaigns.disbursement.rules.plan import MOST
from campaigns.disbursement.views.base import blueprint, community_of
from campaigns.kit import clock, db, web

TERM = timedelta(days=122)


@blueprint.route("/a/<slug>/disbursements/plan/<campaign>/<school>", methods=["GET", "POST"])
@web.signed_in
def plan(slug: str, campaign: str, school: str) -> ResponseReturnValue:
    """See the plan, and change the steps that have not begun."""
    community = community_of(slug, Action.PROPOSE_DISBURSEMENT)
    whose = db.one_or_404(queries.campaign_called(community.id, campaign))
    paid = db.one_or_404(queries.school_called(whose.id, school))
    lines = [each for each in rules.open_lines(whose.id, paid.id) if each.left]
    form = plan_form(lines, _steps(whose, paid, lines))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.make_plan(whose, paid, form.steps(), by=current_user)
            return redirect(url_for("disbursement.plan", slug=slug, campaign=campaign, school=school), 303)
    context = {"campaign": whose, "school": paid, "lines": lines, "form": form} | _so_far(whose, paid)
    return render_template("disbursement/plan.html", community=community, **context), form.status


def _so_far(campaign: Campaign, school: Organisation) -> dict[str, object]:
    """The steps as they stand, each with its payment if there is one."""
    payments = db.session.scalars(queries.payments_by_tranche(campaign.id, school.id))
    plan = db.session.scalars(queries.plan_of(campaign.id, school.id)).all()
    return {"plan": plan, "payments": {payment.tranche_id: payment for payment in payments}}


def _steps(campaign: Campaign, school: Organisation, lines: list[OpenLine]) -> list[Step]:
    """What the form begins with: the steps that have not begun; a suggestion where there are none, or others wished."""
    begun = {payment.tranche_id for payment in db.session.scalars(queries.payments_by_tranche(campaign.id, school.id))}
    plan = db.session.scalars(queries.plan_of(campaign.id, school.id)).all()
    waiting = [Step(each.name, each.due_on, each.amounts) for each in plan if each.id not in begun]
    wished = request.args.get("steps", type=int)
    return waiting if waiting and wished is None else suggest(lines, wished)


def suggest(lines: list[OpenLine], count: int | None = None) -> list[Step]:
    """One step a term, where the lines are for several; otherwise each line in as many equal parts as wished."""
    terms = list(dict.fromkeys(found.line.term for found in lines))
    first = clock.today() + timedelta(days=7)
    if (count is None and len(terms) > 1) or count == len(terms) > 1:
        each = [{found.line.id: found.left for found in lines if found.line.term == term} for term in terms[:MOST]]
        return [
            Step(term, first + n * TERM, amounts) for n, (term, amounts) in enumerate(zip(terms, each, strict=False))
        ]
    count = min(max(count or 2, 1), MOST)
    split = {found.line.id: found.left.split(count) for found in lines}
    amounts_of = [{line_id: parts[n] for line_id, parts in split.items() if parts[n]} for n in range(count)]
    return [Step(f"Part {n + 1} of {count}", first + n * TERM, amounts) for n, amounts in enumerate(amounts_of)]
