"""How a community chooses: its weights, its threshold, its places."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import web
from campaigns.kit.money import Money
from campaigns.student import rules
from campaigns.student.forms import PlacesForm, RubricForm
from campaigns.student.states import RUBRIC
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, community_of


@blueprint.route("/a/<slug>/settings/rubric", methods=BOTH)
@web.signed_in
def rubric(slug: str) -> ResponseReturnValue:
    """Weigh the criteria, and see what that would have changed before it is kept."""
    community = community_of(slug, Action.SET_RUBRIC)
    weights, threshold = rules.weights_of(community.id)
    form = RubricForm(data={"threshold": threshold} | {each.value: weight for each, weight in weights.items()})
    effect = None
    if form.validate_on_submit():
        with form.showing_refusals():
            if "preview" not in request.form:
                rules.weigh(community, form.weights, form.threshold.data or 0, by=current_user)
                flash("New score sheets go by these weights.", "success")
                return redirect(url_for("student.rubric", slug=slug), 303)
            effect = rules.effect(community, form.weights)
    context = {"effect": effect, "rubric": RUBRIC} | _places(community)
    return render_template("student/rubric.html", form=form, community=community, **context), form.status


@blueprint.route("/a/<slug>/settings/places", methods=BOTH)
@web.signed_in
def places(slug: str) -> ResponseReturnValue:
    """Say how many students can be supported at the same time, and for how much."""
    community = community_of(slug, Action.SET_RUBRIC)
    now = _places(community)
    form = PlacesForm(data={"count": now["places"], "budget": now["budget"]})
    form.budget.for_currency(community.currency)
    if form.validate_on_submit():
        rules.set_places(community, form.count.data, form.budget.data, by=current_user)
        flash("The places are changed.", "success")
        return redirect(url_for("student.rubric", slug=slug), 303)
    return render_template("student/places.html", form=form, community=community), form.status


def _places(community: Community) -> dict[str, Any]:
    """What a community counts, and how much of it is free; None for what it does not count."""
    kept, room = rules.places_of(community.id), rules.room_in(community.id)
    return {
        "places": kept and kept.count,
        "free": room.places,
        "budget": Money(kept.budget, community.currency) if kept and kept.budget else None,
        "free_money": None if room.money is None else Money(room.money, community.currency),
    }
