"""E-mails about messages. None says what a message says."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.kit import db, links
from campaigns.message.models import Message, Thread
from campaigns.message.states import Side
from campaigns.notice import rules as notice
from campaigns.student import rules as students


def reader(message: Message) -> None:
    """Tell the other side that there is a message."""
    thread = message.thread
    if message.sender is not Side.SPONSOR:
        _sponsor(message, "arrived")
    elif thread.is_group:
        for person in db.session.scalars(access.holders(Action.ANSWER_SPONSOR, thread.organisation_id)):
            _send(message, person.email, "arrived", _conversation(thread), "You answer sponsors for your community.")
    else:
        _student(message, "arrived")


def writer(message: Message) -> None:
    """Tell whoever wrote it that it was not passed on."""
    if message.sender is Side.SPONSOR:
        _sponsor(message, "returned")
    elif message.sender is Side.STUDENT:
        _student(message, "returned")
    elif message.author_id is not None:
        author = db.session.get_one(User, message.author_id)
        _send(message, author.email, "returned", _conversation(message.thread), "You wrote it for your community.")


def officers(message: Message) -> None:
    """Tell every safeguarding officer of the community that a child may be in danger."""
    community = message.thread.campaign.organisation
    for officer in db.session.scalars(access.holders(Action.SEE_MESSAGES, message.organisation_id)):
        notice.send(
            officer.email,
            "message/mail/danger",
            key=f"message.danger:{message.id}",
            url=links.url("message.show", slug=community.slug, message_id=message.id),
            ref=message.thread.application.ref,
            community_name=community.name,
            why=f"You are a safeguarding officer of {community.name}.",
        )


def _sponsor(message: Message, news: str) -> None:
    pledge = message.thread.pledge
    url = links.url("message.sponsor", ref=pledge.ref, k=links.sign("pledge", pledge.ref))
    _send(message, pledge.email, news, url, "You pledged for a campaign of this community.")


def _student(message: Message, news: str) -> None:
    address, why = students.student_address(message.application_id), "You gave this address when you applied."
    if address is not None:
        _send(message, address, news, links.url("student.resume"), why)


def _conversation(thread: Thread) -> str:
    return links.url("message.conversation", slug=thread.campaign.organisation.slug, ref=thread.ref)


def _send(message: Message, to: str, news: str, url: str, why: str) -> None:
    notice.send(
        to,
        "message/mail/news",
        key=f"message.{news}:{message.id}",
        news=news,
        url=url,
        why=why,
        community_name=message.thread.campaign.organisation.name,
    )
