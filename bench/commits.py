"""How many small transactions a second this disk takes, each synced: the limit for whatever must be durable."""

import time
from pathlib import Path

import pysqlite3.dbapi2 as sqlite


def rate(folder: Path, seconds: float) -> float:
    """Commits a second of one row each, in WAL mode with synchronous=FULL."""
    connection = sqlite.connect(folder / "commits.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, text TEXT)")
    done, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row (text) VALUES ('a pledge')")
        connection.execute("COMMIT")
        done += 1
    spent = time.perf_counter() - begun
    connection.close()
    return done / spent
