"""The blueprint that every page of updates hangs on."""

from flask import Blueprint

blueprint = Blueprint("update", __name__)
