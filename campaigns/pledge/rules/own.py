"""A pledge's own page, for whoever holds its link."""

from campaigns.kit import links


def page_of(ref: str) -> str:
    """The signed address of a pledge's own page, as it stands in letters to its sponsor."""
    return links.url("pledge.show", ref=ref, k=links.sign("pledge", ref))
