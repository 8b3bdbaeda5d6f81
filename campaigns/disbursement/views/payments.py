"""Pages on which the team pays schools."""

from contextlib import suppress
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.disbursement import queries, rules
from campaigns.disbursement.forms import CancelForm, ProofForm, ReleaseForm, propose_form
from campaigns.disbursement.models import Disbursement, Tranche
from campaigns.disbursement.states import DisbursementState
from campaigns.disbursement.views.base import blueprint, community_of, find, shown, step_page
from campaigns.kit import db, paging, web
from campaigns.kit.errors import NotAllowed
from campaigns.kit.forms import Form


@blueprint.get("/a/<slug>/disbursements")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """The community's payments to schools, all or those in one state."""
    community, state = community_of(slug), None
    with suppress(ValueError):
        state = DisbursementState(request.args.get("state", ""))
    rows = queries.rows(current_user, community.id, state)
    page = paging.page(rows, Disbursement.id, before=request.args.get("before"))
    may_propose = access.allows(current_user, Action.PROPOSE_DISBURSEMENT, community)
    return render_template(
        "disbursement/mine.html", community=community, page=page, state=state, may_propose=may_propose
    )


@blueprint.route("/a/<slug>/disbursements/new", methods=["GET", "POST"])
@web.signed_in
def create(slug: str) -> ResponseReturnValue:
    """Choose the campaign and the school, then the amounts."""
    community = community_of(slug, Action.PROPOSE_DISBURSEMENT)
    campaign_slug, school_slug = request.args.get("campaign"), request.args.get("school")
    targets = db.session.execute(queries.targets(community.id, campaign_slug, school_slug)).all()
    if len(targets) != 1 or (campaign_slug is None and not _is_apart(*targets[0][:2])):
        return render_template("disbursement/choose.html", community=community, targets=targets)
    campaign, school = targets[0][:2]
    tranche = db.session.scalars(queries.next_tranche(campaign.id, school.id)).first()
    return _propose_next(community, campaign, school, tranche) if tranche else _propose(community, campaign, school)


def _is_apart(campaign: Campaign, school: Organisation) -> bool:
    """Whether this person may propose the one payment there is: whoever may not is not led to a refusal."""
    try:
        rules.require_apart(
            school.id, [found.line.id for found in rules.open_lines(campaign.id, school.id)], by=current_user
        )
    except NotAllowed:
        return False
    return True


def _propose(community: Community, campaign: Campaign, school: Organisation) -> ResponseReturnValue:
    lines = rules.open_lines(campaign.id, school.id)
    rules.require_apart(school.id, [found.line.id for found in lines], by=current_user)
    form = propose_form(lines)
    if form.validate_on_submit():
        with form.showing_refusals():
            note, once = form.note.data or "", form.once.data
            made = rules.propose(campaign, form.amounts(), note=note, once=once, by=current_user)
            return shown(community.slug, made.ref)
    page = render_template(
        "disbursement/create.html",
        community=community,
        campaign=campaign,
        school=school,
        lines=rules.open_lines(campaign.id, school.id),
        held=rules.available(campaign),
        account=rules.in_use(community.id, school.id),
        tranche=None,
        debt=rules.debt_of(community.id, school.id, campaign.currency),
        form=form,
    )
    return page, form.status


def _propose_next(
    community: Community, campaign: Campaign, school: Organisation, tranche: Tranche
) -> ResponseReturnValue:
    form = propose_form([])
    rules.require_apart(school.id, list(tranche.amounts), by=current_user)
    if form.validate_on_submit():
        with form.showing_refusals():
            note, once = form.note.data or "", form.once.data
            made = rules.propose_next(campaign, school.id, note=note, once=once, by=current_user)
            return shown(community.slug, made.ref)
    about = {"campaign": campaign, "school": school, "held": rules.available(campaign), "form": form}
    about |= {"tranche": db.session.scalars(queries.next_tranche(campaign.id, school.id)).first(), "lines": []}
    about |= {"account": rules.in_use(community.id, school.id)}
    debt = rules.debt_of(community.id, school.id, campaign.currency)
    return render_template("disbursement/create.html", community=community, debt=debt, **about), form.status


@blueprint.get("/a/<slug>/disbursements/<ref>")
@web.signed_in
def show(slug: str, ref: str) -> ResponseReturnValue:
    """One payment: its lines, its way so far, and what this person can do next."""
    community = community_of(slug)
    found = find(community, ref)
    account = rules.in_use(community.id, found.school_id)
    return render_template(
        "disbursement/show.html",
        community=community,
        disbursement=found,
        held=rules.available(found.campaign),
        second_people=rules.second_people(found),
        account=account,
        late=rules.is_late(found),
        debt=rules.debt_of(community.id, found.school_id, found.currency),
        changed=rules.has_changed(found, account),
        button=Form(),
        **_known_of(found),
        **_allowed(found),
    )


def _known_of(found: Disbursement) -> dict[str, Any]:
    """Who had a hand in a payment, what the school answered, and what came back."""
    hands = (found.proposed_by_id, found.released_by_id, found.proven_by_id, found.looked_by_id, found.settled_by_id)
    students = db.session.execute(queries.aliases(queries.applications_of(found.id)))
    return {
        "names": {row.id: row.name for row in db.session.execute(queries.names(*hands))},
        "answers": db.session.scalars(queries.receipts_of(found.id)).all(),
        "aliases": {row.id: row.alias for row in students},
        "returns": db.session.scalars(queries.returns_of(found.id)).all(),
    }


def _allowed(found: Disbursement) -> dict[str, bool]:
    """What this person may do with a payment."""
    steps = {
        "may_order": Action.ORDER_TRANSFERS,
        "may_return": Action.RECORD_RETURN,
        "may_look": Action.PROPOSE_DISBURSEMENT,
        "may_prove": Action.PROVE_DISBURSEMENT,
    }
    return {name: access.allows(current_user, action, found) for name, action in steps.items()}


@blueprint.route("/a/<slug>/disbursements/<ref>/release", methods=["GET", "POST"])
@web.signed_in
def release(slug: str, ref: str) -> ResponseReturnValue:
    """The second person records the transfer."""
    community = community_of(slug)
    disbursement = find(community, ref)
    rules.require_release(disbursement, by=current_user)
    form, account = ReleaseForm(), rules.in_use(community.id, disbursement.school_id)
    if form.validate_on_submit():
        with form.showing_refusals():
            reference, day = form.bank_reference.data, form.paid_on.data
            rules.release(disbursement, bank_reference=reference, paid_on=day, by=current_user)
            return shown(slug, ref)
    return step_page("release", community, ref, form, account=account)


@blueprint.post("/a/<slug>/disbursements/<ref>/look-again")
@web.signed_in
def look_again(slug: str, ref: str) -> ResponseReturnValue:
    """The treasurer has seen that the school's account has changed."""
    community = community_of(slug, Action.PROPOSE_DISBURSEMENT)
    rules.look_again(find(community, ref), by=current_user)
    return shown(slug, ref)


@blueprint.route("/a/<slug>/disbursements/<ref>/proof", methods=["GET", "POST"])
@web.signed_in
def prove(slug: str, ref: str) -> ResponseReturnValue:
    """The treasurer uploads the school's receipt."""
    community = community_of(slug, Action.PROVE_DISBURSEMENT)
    disbursement = find(community, ref)
    form = ProofForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            data, number, day = form.file.data.read(), form.school_receipt.data, form.receipt_on.data
            rules.prove(disbursement, data=data, school_receipt=number, receipt_on=day, by=current_user)
            return shown(slug, ref)
    return step_page("prove", community, ref, form)


@blueprint.route("/a/<slug>/disbursements/<ref>/cancel", methods=["GET", "POST"])
@web.signed_in
def cancel(slug: str, ref: str) -> ResponseReturnValue:
    """Take a proposal back, with a reason."""
    community = community_of(slug)
    disbursement = find(community, ref)
    form = CancelForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.cancel(disbursement, reason=form.reason.data, by=current_user)
            return shown(slug, ref)
    return step_page("cancel", community, ref, form)
