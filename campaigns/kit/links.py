"""Addresses that are e-mailed: absolute ones, signed ones that stay, and ones that work once."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused


class LinkSpent(Refused):
    """This link has been used, has expired or was mistyped. Ask for a new one."""


class SignedLink(db.Model):
    """An e-mailed link that is consumed by a POST. Only a hash of its token is kept."""

    __tablename__ = "signed_link"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int] = mapped_column(db.Key)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_signed_link_purpose_subject_id", "purpose", "subject_id"),)


def issue(purpose: str, subject_id: int, *, lasts: timedelta, payload: dict[str, Any] | None = None) -> str:
    """Make a single-use link for a row and return its token; it is not stored and cannot be shown again."""
    token = crypto.token()
    new = db.insert(SignedLink).values(
        token_hash=crypto.digest(token),
        purpose=purpose,
        subject_id=subject_id,
        payload=payload or {},
        expires_at=clock.now() + lasts,
    )
    db.session.execute(new)
    return token


def peek(purpose: str, token: str) -> SignedLink:
    """The unspent link behind a token, for the page that a GET shows. Raises LinkSpent."""
    select = sa.select(SignedLink).where(
        SignedLink.token_hash == crypto.digest(token),
        SignedLink.purpose == purpose,
        SignedLink.used_at.is_(None),
        SignedLink.expires_at > clock.now(),
    )
    found = db.session.scalars(select).one_or_none()
    if found is None:
        raise LinkSpent()
    return found


def consume(purpose: str, token: str) -> SignedLink:
    """Spend a link, once, whatever arrives at the same time. Raises LinkSpent."""
    link = peek(purpose, token)
    spent = db.session.execute(
        sa.update(SignedLink)
        .where(SignedLink.id == link.id, SignedLink.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult, as for every UPDATE
        raise LinkSpent()
    return link


def revoke(purpose: str, subject_id: int) -> None:
    """Make every unspent link of this purpose for this row worthless."""
    db.session.execute(
        sa.update(SignedLink)
        .where(SignedLink.purpose == purpose, SignedLink.subject_id == subject_id, SignedLink.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def sign(purpose: str, ref: str) -> str:
    """A token that opens the page of `ref` for whoever holds it, for as long as the keys last."""
    return str(_serializers(purpose)[0].dumps(ref))


def signed(purpose: str, token: str) -> str | None:
    """The ref that `sign` was given; None where the token is not one of ours."""
    for serializer in _serializers(purpose):
        try:
            return str(serializer.loads(token))
        except BadSignature:
            continue
    return None


def _serializers(purpose: str) -> list[URLSafeSerializer]:
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    return [URLSafeSerializer(key, salt=purpose) for key in keys]


def url(endpoint: str, **values: Any) -> str:
    """The absolute address of a view, under PUBLIC_URL, also outside a request."""
    scheme, host = current_app.config["PUBLIC_URL"].split("://", 1)
    adapter = current_app.url_map.bind(host, url_scheme=scheme)
    return adapter.build(endpoint, values, force_external=True)
