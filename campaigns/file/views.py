"""Serving stored files: public images from any cache, private files to those who may open them."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns.file import queries, rules
from campaigns.file.models import File
from campaigns.kit import db, storage, web

blueprint = Blueprint("file", __name__)

# Browsers may keep it, since a ref never gets other bytes; shared caches ask again within the minute, because
# consent to a picture can be withdrawn.
PUBLIC = "public, max-age=31536000, s-maxage=60, immutable"


@blueprint.get("/f/<ref>")
@web.public
def public(ref: str) -> ResponseReturnValue:
    """An image that everyone may see."""
    file = db.one_or_404(queries.public(ref))
    return _shown(file.sha256, lambda: storage.current().get(file.key))


@blueprint.get("/f/<ref>/card")
@web.public
def card(ref: str) -> ResponseReturnValue:
    """The same image, small, for a card in a list."""
    file = db.one_or_404(queries.public(ref))
    return _shown(f"{file.sha256}-card", lambda: rules.card(file))


@blueprint.get("/a/<slug>/files/<ref>")
@web.signed_in
def private(slug: str, ref: str) -> ResponseReturnValue:
    """A file of a community, as a download."""
    file = db.one_or_404(queries.of_community(current_user, slug, ref))
    return web.attachment(_read(file), file.mime, rules.name_of(file))


def _shown(tag: str, read: Callable[[], bytes]) -> ResponseReturnValue:
    """A public image, read from the store only for a browser that has not got it."""
    response = Response(mimetype="image/webp")
    response.headers["Cache-Control"] = PUBLIC
    response.set_etag(tag)
    if tag not in request.if_none_match:
        try:
            response.set_data(read())
        except FileNotFoundError as error:
            raise NotFound from error
    return response.make_conditional(request)


def _read(file: File) -> bytes:
    try:
        return rules.read(file, by=current_user)
    except FileNotFoundError as error:
        raise NotFound from error
