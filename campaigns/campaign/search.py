"""Full-text search of campaigns: FTS5 on SQLite, tsvector on PostgreSQL, both kept by triggers.

`CREATE` and `DROP` hold the statements for each, for the migration to run. The index is a table
beside `campaign` with no model: `campaign_search`.
"""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from campaigns.campaign.models import Campaign
from campaigns.kit import db

MOST_WORDS = 8
MOST_FOUND = 1_000
"""Older ones are not looked at: ranking or sorting all matches of a common word would take too long."""

_SQLITE = [
    "CREATE VIRTUAL TABLE campaign_search USING fts5"
    "(title, summary, story, level, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE TRIGGER campaign_search_added AFTER INSERT ON campaign BEGIN "
    "INSERT INTO campaign_search (rowid, title, summary, story, level) "
    "VALUES (new.id, new.title, new.summary, new.story, coalesce(new.level, '')); END",
    "CREATE TRIGGER campaign_search_changed AFTER UPDATE OF title, summary, story, level ON campaign BEGIN "
    "UPDATE campaign_search SET title = new.title, summary = new.summary, story = new.story, "
    "level = coalesce(new.level, '') WHERE rowid = new.id; END",
    "CREATE TRIGGER campaign_search_removed AFTER DELETE ON campaign BEGIN "
    "DELETE FROM campaign_search WHERE rowid = old.id; END",
]

_POSTGRESQL = [
    "CREATE TABLE campaign_search (campaign_id BIGINT PRIMARY KEY REFERENCES campaign (id) ON DELETE CASCADE, "
    "document tsvector NOT NULL)",
    "CREATE INDEX ix_campaign_search_document ON campaign_search USING gin (document)",
    # Without the marks on letters, as the tokenizer of the other database reads them.
    "CREATE FUNCTION campaign_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO campaign_search (campaign_id, document) VALUES (NEW.id, to_tsvector('simple', regexp_replace("
    "normalize(concat_ws(' ', NEW.title, NEW.summary, NEW.story, NEW.level), NFD), '[\u0300-\u036f]', '', 'g'))) "
    "ON CONFLICT (campaign_id) DO UPDATE SET document = EXCLUDED.document; RETURN NEW; END $$",
    "CREATE TRIGGER campaign_search_kept AFTER INSERT OR UPDATE OF title, summary, story, level ON campaign "
    "FOR EACH ROW EXECUTE FUNCTION campaign_search_keep()",
]

CREATE = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
DROP = {
    "sqlite": ["DROP TABLE IF EXISTS campaign_search"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS campaign_search_kept ON campaign",
        "DROP TABLE IF EXISTS campaign_search",
        "DROP FUNCTION IF EXISTS campaign_search_keep()",
    ],
}


def _attach(moment: str, statements: dict[str, list[str]]) -> None:
    for dialect, each in statements.items():
        for statement in each:
            ddl: Any = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # as in kit.db
            event.listen(Campaign.__table__, moment, ddl.execute_if(dialect=dialect))


_attach("after_create", CREATE)
_attach("before_drop", DROP)


def words_in(typed: str) -> list[str]:
    """The words to look for: letters and digits only, without marks, a few at most; whatever else was typed is gone."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", typed.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)[:MOST_WORDS]


def matching(typed: str) -> sa.ColumnElement[bool] | None:
    """Whether a campaign has words that begin like every word typed; None where nothing was typed to look for.

    Only the newest thousand matches are found.
    """
    words = [word[:40] for word in words_in(typed)]
    if not words:
        return None
    if db.session.get_bind().dialect.name == "postgresql":
        found, wanted = _POSTGRESQL_FOUND, " & ".join(f"'{word}':*" for word in words)
    else:
        found, wanted = _SQLITE_FOUND, " ".join(f'"{word}"*' for word in words)
    ids = sa.text(found).bindparams(wanted=wanted, most=MOST_FOUND).columns(sa.column("id", db.Key))
    return Campaign.id.in_(sa.select(ids.subquery("found").c.id))


_SQLITE_FOUND = (
    "SELECT rowid AS id FROM campaign_search WHERE campaign_search MATCH :wanted ORDER BY rowid DESC LIMIT :most"
)
_POSTGRESQL_FOUND = (
    "SELECT campaign_id AS id FROM campaign_search WHERE document @@ to_tsquery('simple', :wanted) "
    "ORDER BY campaign_id DESC LIMIT :most"
)
