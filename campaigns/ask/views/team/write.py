"""Writing an ask, and changing one that was not sent."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.ask import queries, rules
from campaigns.ask.forms import AskForm
from campaigns.ask.models import Ask
from campaigns.ask.views.base import blueprint, letter_of
from campaigns.ask.views.team.base import community_of, find, managed
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules.budget import budget
from campaigns.campaign.states import CampaignState
from campaigns.community.models import Community
from campaigns.kit import db, links, text, web


@blueprint.route("/a/<slug>/asks/new", methods=["GET", "POST"])
@web.signed_in
def create(slug: str) -> ResponseReturnValue:
    """Choose a campaign and a company, then write."""
    community = community_of(slug, Action.WRITE_ASK)
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
            return managed(community.slug, ask.ref)
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
    ask = find(slug, ref)
    access.require(current_user, Action.WRITE_ASK, ask)
    form = AskForm() if request.method == "POST" else AskForm(data=_written(ask))
    form.amount.for_currency(ask.currency)
    if form.validate_on_submit() and "preview" not in request.form:
        with form.showing_refusals():
            rules.edit(ask, form.draft, by=current_user)
            flash("Saved. A second person reads it again before it can be sent.", "good")
            return managed(slug, ref)
    ask = find(slug, ref)
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
