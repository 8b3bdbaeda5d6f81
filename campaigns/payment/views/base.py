"""The blueprint that every page about money in belongs to."""

from flask import Blueprint

blueprint = Blueprint("payment", __name__)
