"""The blueprint that every page of the site hangs on."""

from flask import Blueprint

from campaigns.site import metrics

blueprint = Blueprint("site", __name__)
blueprint.before_app_request(metrics.start)
blueprint.after_app_request(metrics.finish)
