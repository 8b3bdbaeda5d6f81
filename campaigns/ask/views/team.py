"""The team's pages: which companies are asked, the letters, the next step of each."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.ask import queries, rules
from campaigns.ask.forms import AskForm, ReadForm, StepForm
from campaigns.ask.models import Ask, Letter
from campaigns.ask.rules.ladder import free_from
from campaigns.ask.states import UNSENT, AskState, Next, next_step
from campaigns.ask.views.base import apart, blueprint, letter_of
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent
from campaigns.campaign.rules.budget import budget
from campaigns.campaign.states import CampaignState
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import clock, db, links, paging, text, web
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded
from campaigns.kit.forms import Form
from campaigns.kit.money import Money

GROUPS: dict[str, set[AskState]] = {
    "preparing": {AskState.DRAFTED, AskState.MODERATED},
    "private": {AskState.PRIVATE},
    "public": {AskState.PUBLIC},
    "answered": {AskState.ANSWERED},
    "closed": {AskState.SILENT},
}
STEPS: dict[str, tuple[Callable[..., None], AskState, str]] = {
    "send": (rules.send, AskState.PRIVATE, "The letter is on its way. It stays private for two weeks."),
    "publish": (rules.publish, AskState.PUBLIC, "The letter is public. Share its address so that people can sign."),
    "close": (rules.close_as_silent, AskState.SILENT, "Closed without an answer. The company can still reply."),
}


def _community(slug: str, action: Action) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def _find(slug: str, ref: str) -> Ask:
    """One ask, for the team or for whoever reads letters for Vouch; 404 for anybody else."""
    ask = db.one_or_404(queries.visible_to(current_user, slug).where(Ask.ref == ref))
    member = current_user.roles_in(ask.organisation_id)
    access.require(current_user, Action.VIEW_COMMUNITY if member else Action.MODERATE_ASK, ask)
    return ask


def _managed(slug: str, ref: str) -> ResponseReturnValue:
    return redirect(url_for("ask.manage", slug=slug, ref=ref), 303)


@blueprint.get("/a/<slug>/asks")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """A community's asks, all or those at one stage, each with what to do next."""
    community = _community(slug, Action.VIEW_COMMUNITY)
    group = request.args.get("stage", "")
    rows = queries.list_of(community.id, GROUPS.get(group))
    return render_template(
        "ask/mine.html",
        community=community,
        page=paging.page(rows, Ask.id, before=request.args.get("before")),
        group=group,
        counts=_counts(community),
        may_write=access.holds(current_user, Action.WRITE_ASK, community),
        own_steps=_own_steps(community),
        next=_next,
        money=Money,
    )


def _own_steps(community: Community) -> set[Next]:
    """What this person could do next, where an ask waits for it."""
    writes = access.holds(current_user, Action.WRITE_ASK, community)
    reads = access.holds(current_user, Action.MODERATE_ASK, community)
    return ({Next.REVISE, Next.SEND, Next.PUBLISH, Next.CLOSE} if writes else set()) | ({Next.READ} if reads else set())


def _counts(community: Community) -> dict[str, int]:
    by_state = dict(db.session.execute(queries.counts(community.id)).all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in GROUPS.items()}


def _next(row: Any) -> str:
    return next_step(
        row.state,
        now=clock.now(),
        quiet_until=row.quiet_until,
        public_at=row.public_at,
        returned_note=row.returned_note,
    ).value


@blueprint.route("/a/<slug>/asks/new", methods=["GET", "POST"])
@web.signed_in
def create(slug: str) -> ResponseReturnValue:
    """Choose a campaign and a company, then write."""
    community = _community(slug, Action.WRITE_ASK)
    campaigns = queries.campaigns_of_writer(current_user, community.id)
    chosen = request.args.get("campaign")
    if not chosen:
        live = db.session.scalars(campaigns.where(Campaign.state == CampaignState.LIVE)).all()
        return render_template("ask/campaigns.html", community=community, campaigns=live)
    campaign = db.one_or_404(campaigns.where(Campaign.slug == chosen))
    company = _company()
    if not company:
        return _choose_company(community, campaign)
    return _write(community, campaign, company)


def _company() -> Organisation | str | None:
    """The company that the address names: a known one, or a new one by its name."""
    slug = request.args.get("company")
    if slug:
        return db.one_or_404(queries.company(slug))
    return text.one_line(request.args.get("name", ""))[:200] or None


def _choose_company(community: Community, campaign: Campaign) -> ResponseReturnValue:
    words = text.one_line(request.args.get("q", ""))[:100]
    found = db.session.execute(queries.companies(words, campaign.id)).all() if words else []
    return render_template("ask/companies.html", community=community, campaign=campaign, words=words, found=found)


def _write(community: Community, campaign: Campaign, company: Organisation | str) -> ResponseReturnValue:
    name = company if isinstance(company, str) else company.name
    form = AskForm() if request.method == "POST" else AskForm(data=_suggested(community, campaign, name))
    form.amount.for_currency(campaign.currency)
    if form.validate_on_submit() and "preview" not in request.form:
        with form.showing_refusals():
            ask = rules.create(campaign, company, form.draft, by=current_user)
            flash("Saved. A second person reads the letter before it can be sent.", "good")
            return _managed(community.slug, ask.ref)
    return _form_page(form, community=community, campaign=campaign, company=name, ask=None)


def _form_page(form: AskForm, **context: Any) -> ResponseReturnValue:
    asked = "preview" in request.form and not form.errors
    preview = text.markdown(form.body.data or "") if asked else None
    return render_template("ask/write.html", form=form, preview=preview, **context), form.status


def _suggested(community: Community, campaign: Campaign, company: str) -> dict[str, Any]:
    asked_for = budget(db.session.execute(campaigns.public_lines(campaign.id)).all())
    body = render_template(
        "ask/letter.md",
        community=community,
        campaign=campaign,
        company=company,
        lines=asked_for.rows,
        students=asked_for.group or next((line.alias for line in asked_for.rows), "a student"),
        url=links.url("site.campaign", slug=campaign.slug),
        author=current_user.name,
    )
    subject = f"Will {company} stand behind “{campaign.title}”?"
    return {"subject": text.summary(subject, 150), "body": body, "amount": campaign.uncovered or None}


@blueprint.route("/a/<slug>/asks/<ref>/edit", methods=["GET", "POST"])
@web.signed_in
def edit(slug: str, ref: str) -> ResponseReturnValue:
    """Change an ask that was not sent."""
    ask = _find(slug, ref)
    access.require(current_user, Action.WRITE_ASK, ask)
    form = AskForm() if request.method == "POST" else AskForm(data=_written(ask))
    form.amount.for_currency(ask.currency)
    if form.validate_on_submit() and "preview" not in request.form:
        with form.showing_refusals():
            rules.edit(ask, form.draft, by=current_user)
            flash("Saved. A second person reads it again before it can be sent.", "good")
            return _managed(slug, ref)
    ask = _find(slug, ref)
    return _form_page(form, community=ask.organisation, campaign=ask.campaign, company=ask.company.name, ask=ask)


def _written(ask: Ask) -> dict[str, Any]:
    letter = letter_of(ask)
    return {
        "contact_name": ask.contact_name,
        "contact_email": ask.contact_email,
        "amount": ask.money,
        "subject": letter.subject,
        "body": letter.body,
    }


@blueprint.get("/a/<slug>/asks/<ref>")
@web.signed_in
def manage(slug: str, ref: str) -> ResponseReturnValue:
    """One ask: its letter, where it is, what can be done now."""
    return _manage_page(slug, ref, StepForm())


def _manage_page(slug: str, ref: str, form: Form) -> ResponseReturnValue:
    """Looked up anew: a refused step has rolled back what was loaded."""
    ask = _find(slug, ref)
    letter = letter_of(ask)
    member = current_user.roles_in(ask.organisation_id)
    return render_template(
        "ask/manage.html",
        community=ask.organisation if member else None,
        ask=ask,
        letter=letter,
        form=form,
        read_form=_reading(form, ask, letter),
        approval=rules.approval_of(ask, letter),
        traces=consent.traces(ask.campaign_id, letter.subject, letter.body),
        apart=apart(ask),
        next=_next(ask),
        may=_may(current_user, ask, letter),
        free_from=free_from(ask.company_id) if ask.state is AskState.MODERATED else None,
    ), form.status


def _reading(form: Form, ask: Ask, letter: Letter) -> ReadForm:
    read = form if isinstance(form, ReadForm) else ReadForm(formdata=None, data={"version": letter.version})
    read.for_minor(ask.concerns_minor)
    return read


def _may(user: User, ask: Ask, letter: Letter) -> dict[str, bool]:
    """What to offer this person."""
    unsent = ask.state in UNSENT
    writes = access.allows(user, Action.WRITE_ASK, ask)
    return {
        "see_contact": writes or access.holds(user, Action.MODERATE_ASK, ask),
        "edit": unsent and writes,
        "read": unsent and _reads(user, ask, letter),
        "step": access.allows(user, Action.SEND_ASK, ask),
    }


def _reads(user: User, ask: Ask, letter: Letter) -> bool:
    """Whether to offer this person to read the letter; a second factor is asked for when they do."""
    try:
        rules.require_reader(user, ask, letter)
    except SecondFactorNeeded:
        return True
    except NotAllowed:
        return False
    return True


@blueprint.post("/a/<slug>/asks/<ref>/read")
@web.signed_in
def read(slug: str, ref: str) -> ResponseReturnValue:
    """A second person approves the version that they have read, or asks for changes."""
    form = ReadForm()
    if form.validate_on_submit():
        ask = _find(slug, ref)
        with form.showing_refusals():
            if "approve" in request.form:
                rules.approve(ask, version=form.read_version, answers=form.answers, by=current_user)
            else:
                rules.send_back(ask, form.note.data or "", by=current_user)
            return _managed(slug, ref)
    return _manage_page(slug, ref, form)


@blueprint.post("/a/<slug>/asks/<ref>/<any(send, publish, close):step>")
@web.signed_in
def take(slug: str, ref: str, step: str) -> ResponseReturnValue:
    """Take the next step: send the letter, make it public, close it."""
    form = StepForm()
    rule, target, done = STEPS[step]
    if form.validate_on_submit():
        ask = _find(slug, ref)
        with form.showing_refusals():
            if ask.state is not target:  # a double click has done it already
                rule(ask, by=current_user)
                flash(done, "good")
            return _managed(slug, ref)
    return _manage_page(slug, ref, form)
