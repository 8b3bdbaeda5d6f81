"""The e-mails of an ask. Each is written into the outbox in the transaction of its cause."""

from typing import Any

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.ask.models import Ask, Letter, Reply, Signature
from campaigns.ask.rules import base
from campaigns.ask.states import Answer
from campaigns.kit import db, links, text
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice


def reply_token(ask: Ask) -> str:
    """What opens the company's page of this ask, as often as it likes."""
    return links.sign("ask.reply", ask.ref)


def accept_token(ask: Ask) -> str:
    """What carries an accepted ask over to the pledge's form."""
    return links.sign("ask.accept", ask.ref)


def letter(ask: Ask, letter: Letter) -> int | None:
    """Send the letter to the company; the number of the notice that carries it."""
    cause = f"ask.letter:{ask.id}:{letter.version}"
    context = _of_ask(ask) | {"letter": letter, "plain_body": text.plain(letter.body)}
    notice.send(ask.contact_email, "ask/mail/letter", key=cause, **context)
    carried = sa.select(Notice.id).where(Notice.key.startswith(f"{cause}:", autoescape=True))
    return db.session.execute(carried).scalar()


def reminder(ask: Ask) -> None:
    """Tell the company that the quiet period is about to end."""
    notice.send(ask.contact_email, "ask/mail/reminder", key=f"ask.reminder:{ask.id}", **_of_ask(ask))


def answered(ask: Ask, reply: Reply) -> None:
    """Tell the author and the organisers what the company says, and give the company a copy."""
    context = _of_ask(ask) | {"reply": reply}
    accepting = links.url("pledge.create", slug=ask.campaign.slug, ask=accept_token(ask))
    pledge_url = accepting if reply.answer is Answer.ACCEPT else None
    notice.send(ask.contact_email, "ask/mail/copy", key=f"ask.copy:{ask.id}", pledge_url=pledge_url, **context)
    manage_url = links.url("ask.manage", slug=ask.organisation.slug, ref=ask.ref)
    for person in _team(ask):
        key = f"ask.answered:{ask.id}"
        notice.send(person.email, "ask/mail/answered", key=key, manage_url=manage_url, **context)


def _team(ask: Ask) -> list[User]:
    people = {user.id: user for user in db.session.scalars(access.holders(Action.MANAGE_TEAM, ask.organisation_id))}
    author = db.session.get_one(User, ask.author_id)
    return list((people | {author.id: author}).values())


def _of_ask(ask: Ask) -> dict[str, Any]:
    return {
        "ask": ask,
        "community_name": ask.organisation.name,
        "campaign_url": links.url("site.campaign", slug=ask.campaign.slug),
        "reply_url": links.url("ask.reply", token=reply_token(ask)),
    }


def confirm(ask: Ask, signature: Signature, *, shown_as: str, token: str) -> None:
    """Send the link that confirms a signature, and the one that removes it."""
    confirm_url = links.url("ask.confirm_signature", token=token)
    _to_signer(ask, signature, "sign", shown_as=shown_as, confirm_url=confirm_url)


def already_signed(ask: Ask, signature: Signature) -> None:
    """Tell an address that it has signed already: only its owner may learn that."""
    _to_signer(ask, signature, "signed", shown_as=signature.shown_as)


def _to_signer(ask: Ask, signature: Signature, template: str, **context: Any) -> None:
    token = links.sign("ask.unsign", str(signature.id))
    cause = f"ask.{template}:{signature.id}:{signature.mailed_at:%Y%m%d%H%M%S}"
    context |= {"ask": ask, "community_name": ask.organisation.name, "letter": base.letter_of(ask)}
    context |= {"letter_url": links.url("ask.show", ref=ask.ref)}
    context |= {"remove_url": links.url("ask.remove_signature", token=token)}
    notice.send(signature.email, f"ask/mail/{template}", key=cause, **context)
