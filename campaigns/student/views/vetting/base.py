"""Finding a community and its applications, for those who vet there."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.models import Application, Identity
from campaigns.student.redact import name_parts

BOTH = ["GET", "POST"]
ONE = "/a/<slug>/applications/<ref>"


def community_of(slug: str, action: Action = Action.SEE_APPLICATIONS) -> Community:
    """The community of this address, where the person belongs to it (else 404) and may do `action` (else 403)."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def one_application(slug: str, ref: str, action: Action) -> tuple[Community, Application]:
    """One application of a community, where this person may do `action` with it."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = queries.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(queries.in_full(mine))
    access.require(current_user, action, application)
    return community, application


def hidden_names(application: Application) -> frozenset[str]:
    """The name parts that are taken out of what the student wrote."""
    identity: Identity = db.session.scalars(queries.identity_of(application.id)).one()
    return name_parts(identity.legal_name, identity.guardian_name)


def shown(slug: str, ref: str) -> ResponseReturnValue:
    """Back to the application."""
    return redirect(url_for("student.application", slug=slug, ref=ref), 303)
