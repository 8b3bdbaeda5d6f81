"""Keeping files and letting them go. The caller has asked for permission: a file is part of some other thing."""

import hashlib
from collections.abc import Callable
from functools import partial

from campaigns.account.models import User
from campaigns.account.states import SECOND_FACTOR_ROLES
from campaigns.file.models import File
from campaigns.file.states import MAY_OPEN, FileKind, Visibility
from campaigns.kit import db, images, refs, storage
from campaigns.kit.errors import SecondFactorNeeded

ENDINGS = {
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
}
CARD_WIDTH, CARD_BYTES = 480, 3_500


def keep_image(data: bytes, *, organisation_id: int, by: User | None, max_width: int = 1200) -> File:
    """Draw an uploaded picture anew in ≤ 30 KB, and small for cards, and keep both, private until `publish`.

    `by` is None for somebody without an account.

    Raises TooBig, TooManyPixels, NotAnImage; Busy where the store does not answer.
    """
    picture = images.reencode(data, max_width=max_width)
    file = _row(picture.data, picture.mime, FileKind.IMAGE, organisation_id, by)
    file.width, file.height = picture.width, picture.height
    _draw_card(file, picture.data)
    return _keep(file, picture.data)


def keep_document(data: bytes, *, organisation_id: int, by: User | None) -> File:
    """Keep a PDF or picture as it came, private for good; `by` is None for somebody without an account.

    Raises TooBig, TooManyPixels, NotADocument; Busy where the store does not answer.
    """
    mime = images.check_document(data)
    return _keep(_row(data, mime, FileKind.DOCUMENT, organisation_id, by), data)


def keep_sealed(data: bytes, seal: Callable[[bytes], bytes], *, organisation_id: int, by: User | None) -> File:
    """Keep a PDF or picture as it came, sealed by `seal`: neither the store nor a backup holds it readable.

    `by` is None for somebody without an account. Raises as `keep_document` does.
    """
    mime = images.check_document(data)
    sealed = seal(data)
    return _keep(_row(sealed, mime, FileKind.SEALED, organisation_id, by), sealed)


def name_of(file: File) -> str:
    """What a download is called; never what the uploader called it."""
    return f"{file.ref}.{ENDINGS[file.mime]}"


def read_sealed(file: File, unseal: Callable[[bytes], bytes]) -> bytes:
    """What `keep_sealed` was given. The caller has asked for permission. Raises FileNotFoundError, Busy."""
    return unseal(storage.current().get(file.key))


def _row(data: bytes, mime: str, kind: FileKind, organisation_id: int, by: User | None) -> File:
    return File(
        ref=refs.random_ref(16),
        key=f"{kind}/{refs.random_ref(24).lower()}.{ENDINGS[mime]}",
        kind=kind,
        mime=mime,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        visibility=Visibility.PRIVATE,
        organisation_id=organisation_id,
        uploaded_by_id=by.id if by else None,
    )


def _keep(file: File, data: bytes) -> File:
    db.session.add(file)
    db.session.flush()
    # Before the commit: a row whose bytes are missing would be worse than bytes without a row.
    storage.current().put(file.key, data, file.mime)
    return file


def publish(file: File) -> None:
    """Let everyone see an image. The caller has checked consent in this transaction."""
    file.visibility = Visibility.PUBLIC


def hide(file: File) -> None:
    """Let nobody but the community fetch it."""
    file.visibility = Visibility.PRIVATE


def discard(file: File) -> None:
    """Forget a file; its bytes are destroyed once this transaction is committed."""
    store = storage.current()
    db.session.delete(file)
    for key in (file.key, _card_key(file)):
        db.after_commit(f"discard:{key}", partial(store.delete, key))


def card(file: File) -> bytes:
    """An image in ≤ 3.5 KB, so that a page with many of them stays light; WebP. Raises FileNotFoundError, Busy."""
    try:
        return storage.current().get(_card_key(file))
    except FileNotFoundError:  # a backup holds the pictures alone
        return _draw_card(file, storage.current().get(file.key))


def _draw_card(file: File, picture: bytes) -> bytes:
    small = images.reencode(picture, max_width=CARD_WIDTH, max_bytes_out=CARD_BYTES)
    storage.current().put(_card_key(file), small.data, small.mime)
    return small.data


def _card_key(file: File) -> str:
    return f"card/{file.key}"


def read(file: File, *, by: User) -> bytes:
    """The bytes of a private file that was found through `queries.visible_to`.

    Raises SecondFactorNeeded where all roles that let this person in ask for one; FileNotFoundError.
    """
    held = by.roles_in(file.organisation_id) & MAY_OPEN[file.kind]
    if held <= SECOND_FACTOR_ROLES and not by.second_factor:
        raise SecondFactorNeeded("Show your second factor first.")
    return storage.current().get(file.key)
