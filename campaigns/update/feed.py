"""A campaign's updates as an Atom feed (RFC 4287), written with the standard library: feedgen would bring lxml."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

from campaigns.campaign.models import Campaign
from campaigns.kit import links
from campaigns.update.models import Update

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(campaign: Campaign, updates: Sequence[Update]) -> bytes:
    """The feed of a public campaign, newest update first; `campaign.organisation` must be loaded."""
    page = links.url("site.campaign", slug=campaign.slug)
    here = links.url("update.feed", slug=campaign.slug)
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _add(feed, "id", here)
    _add(feed, "title", f"{campaign.title}: updates")
    _add(feed, "link", rel="self", type="application/atom+xml", href=here)
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    days = [update.shown_on for update in updates]
    opened = campaign.published_at or campaign.created_at
    _add(feed, "updated", _moment(max(days, default=opened.date())))
    _add(_add(feed, "author"), "name", campaign.organisation.name)
    for update in updates:
        _entry(feed, campaign, update)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, campaign: Campaign, update: Update) -> None:
    entry = _add(feed, "entry")
    address = links.url("update.show", slug=campaign.slug, update_id=update.id)
    _add(entry, "id", address)
    _add(entry, "title", update.title)
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "published", _moment(update.shown_on))
    _add(entry, "updated", _moment(update.shown_on))
    _add(entry, "content", update.body_html, type="html")


def _add(parent: ET.Element, name: str, words: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    element.text = NOT_XML.sub("", words) or None
    return element


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()
