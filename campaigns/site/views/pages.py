"""Pages that say how things are: help, privacy, accessibility, where to report a concern."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import web
from campaigns.site.views.base import blueprint


@blueprint.get("/help")
@web.public
def help() -> ResponseReturnValue:
    """How each part works, for whoever comes."""
    return render_template("site/help.html")


@blueprint.get("/privacy")
@web.public
def privacy() -> ResponseReturnValue:
    """What is kept about whom, for how long, and who sees it."""
    return render_template("site/privacy.html", address=current_app.extensions["settings"].concerns_to)


@blueprint.get("/accessibility")
@web.public
def accessibility() -> ResponseReturnValue:
    """What people can expect of these pages, and where to say that something does not work."""
    return render_template("site/accessibility.html", address=current_app.extensions["settings"].concerns_to)


@blueprint.get("/report-a-concern")
@web.public
def report_a_concern() -> ResponseReturnValue:
    """How to reach a safeguarding officer. Stores nothing."""
    return render_template("site/report_a_concern.html", address=current_app.extensions["settings"].concerns_to)
