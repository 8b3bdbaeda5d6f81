"""What a campaign says and shows: its words and its cover, on the campaign itself or on a revision of it."""

from collections.abc import Collection
from dataclasses import dataclass

from campaigns.account.models import User
from campaigns.campaign.models import Campaign, Revision
from campaigns.file import rules as files
from campaigns.file.models import File
from campaigns.kit import db, text
from campaigns.kit.errors import Refused
from campaigns.kit.images import BadFile

LONGEST_STORY = 20_000


class AltMissing(Refused):
    """Say in a few words what the picture shows, for people who cannot see it."""

    field = "cover_alt"


class PictureRefused(Refused):
    """The picture cannot be used."""

    field = "cover"


class NamesOne(Refused):
    """A campaign for a group tells nobody of it apart."""

    def __init__(self, alias: str, field: str) -> None:
        super().__init__(f"This campaign is for a group, and nobody of it is named. Leave out “{alias}”.", field=field)


@dataclass(frozen=True)
class Words:
    """What somebody wrote for a campaign. `picture` are uploaded bytes, None to keep the cover there is."""

    title: str
    summary: str
    story: str  # Markdown
    picture: bytes | None = None
    drop_cover: bool = False
    cover_alt: str = ""
    cover_shows_student: bool = True


def fingerprint(said: Campaign | Revision) -> str:
    """A hash of all that a reader would see; approval holds for this and nothing else."""
    cover = f"{said.cover_id or ''}:{said.cover_alt}:{said.cover_shows_student}"
    return text.content_hash(said.title, said.summary, said.story, cover, *_lines(said))


def texts(campaign: Campaign) -> list[str]:
    """All words that the public reads, or would read once what waits is approved."""
    said = campaign.revision or campaign
    return [said.title, said.summary, said.story, said.cover_alt, *_lines(campaign)]


def changed(campaign: Campaign) -> list[str]:
    """Which parts of a public campaign would change with its revision; `campaign` comes from `queries.for_page`."""
    said = campaign.revision
    if said is None:
        return []
    parts = ("title", "summary", "story", "cover_id", "cover_alt")
    different = [part for part in parts if getattr(said, part) != getattr(campaign, part)]
    return list(dict.fromkeys("picture" if part.startswith("cover") else part for part in different))


def _lines(said: Campaign | Revision) -> list[str]:
    """The budget's words, which are public, too; a revision leaves them as they are."""
    if isinstance(said, Revision):
        return []
    return [f"{line.alias}:{line.label}:{line.term}" for line in said.lines]


def write(target: Campaign | Revision, words: Words, *, by: User) -> File | None:
    """Put the words on a campaign or revision; returns the cover that they replace, if any.

    Raises Refused for an empty or overlong text, AltMissing, PictureRefused.
    """
    _check(words)
    target.title, target.summary, target.story = words.title, words.summary, words.story
    before = target.cover
    if words.picture is not None:
        target.cover = _encode(words.picture, target.organisation_id, by)
    elif words.drop_cover:
        target.cover = None
    db.session.flush()
    shown = target.cover is not None
    if shown and not words.cover_alt:
        raise AltMissing()
    target.cover_alt = words.cover_alt if shown else ""
    target.cover_shows_student = words.cover_shows_student and shown
    return before if before is not target.cover else None


def require_unnamed(words: Words, aliases: Collection[str]) -> None:
    """Raise NamesOne where the words of a campaign for several students hold the alias of one."""
    for field in ("title", "summary", "story", "cover_alt") if len(aliases) > 1 else ():
        for alias in aliases:
            if alias.casefold() in getattr(words, field).casefold():
                raise NamesOne(alias, field)


def render(campaign: Campaign) -> None:
    """Make the HTML of the story from its Markdown."""
    campaign.story_html = str(text.markdown(campaign.story))


def _check(words: Words) -> None:
    limits = (("title", words.title, 120), ("summary", words.summary, 200), ("story", words.story, LONGEST_STORY))
    for field, said, most in limits:
        if not said:
            raise Refused(f"Write a {field}.", field=field)
        if len(said) > most:
            raise Refused(f"The {field} may have up to {most:,} characters; this has {len(said):,}.", field=field)


def _encode(data: bytes, organisation_id: int, by: User) -> File:
    try:
        return files.keep_image(data, organisation_id=organisation_id, by=by)
    except BadFile as refusal:
        raise PictureRefused(str(refusal)) from refusal
