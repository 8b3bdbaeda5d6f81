"""`make bench`: the campaign page, the list and the pledge, each beside what it is compared with.

Everything is served by gunicorn with two sync workers on this machine; figures are medians of several
rounds in which the things compared take turns.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import commits, data
from bench.forms import Pledger
from bench.load import Figures, get, load, request
from bench.serve import gunicorn
from campaigns.app import create_app
from campaigns.config import Settings
from campaigns.kit import db

Ask = Callable[[], bytes]


@contextmanager
def database(campaigns: int, *pledges: int) -> Iterator[tuple[str, list[str]]]:
    """A database with so many campaigns, and so many pledges for the first of them; gives its folder and slugs."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(vouch_env="test", instance_path=Path(folder), mail_url="inbox:"))
        with app.app_context():
            db.sql.create_all()
            slugs = data.fill(campaigns, *pledges)
            db.session.remove()
            db.sql.engine.dispose()
        yield folder, slugs


def compare(rows: dict[str, tuple[int, Ask]], rounds: int, seconds: float) -> dict[str, Figures]:
    """Load each in turn, several times over; gives for each the round with the median throughput."""
    seen: dict[str, list[Figures]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, (port, ask) in rows.items():
            seen[name].append(load(port, ask, seconds=seconds))
    return {name: sorted(every, key=lambda each: each.per_second)[len(every) // 2] for name, every in seen.items()}


def show(name: str, figures: Figures, base: float) -> None:
    """Print a line of the table."""
    ratio = figures.per_second / base
    print(
        f"{name:44}{figures.per_second:9.0f}/s  {ratio:6.2f} ×   p50 {figures.p50:6.1f} ms   p99 {figures.p99:6.1f} ms"
        f"   {figures.statuses}",
        flush=True,
    )


def pages(rounds: int, seconds: float) -> None:
    """The campaign page and the list against a bare page of the campaign page's size."""
    with ExitStack() as stack:
        folder, slugs = stack.enter_context(database(1_000, 100_000, 1_000))

        def serve(target: str, **environ: str) -> int:
            return stack.enter_context(gunicorn(target, VOUCH_ENV="test", INSTANCE_PATH=folder, **environ))[0]

        cached, built = serve("wsgi:app"), serve("bench.uncached:app")
        page, few = get(f"/c/{slugs[0]}"), get(f"/c/{slugs[1]}")
        head, _, body = request("127.0.0.1", cached, page).partition(b"\r\n\r\n")
        tag = next(line for line in head.decode().splitlines() if line.lower().startswith("etag:")).split(": ")[1]
        bare = serve("bench.bare:app", BARE_SIZE=str(len(body)))
        size = len(request("127.0.0.1", bare, get("/")).partition(b"\r\n\r\n")[2])
        print(f"campaign page {len(body)} bytes, bare page {size} bytes; 1,000 campaigns, 100,000 pledges")
        figures = compare(
            {
                "bare Flask + Jinja": (bare, lambda: get("/")),
                "campaign page, built": (built, lambda: page),
                "campaign page, built, 1,000 pledges": (built, lambda: few),
                "campaign page, from the whole-page cache": (cached, lambda: page),
                "campaign page, 304": (cached, lambda: get(f"/c/{slugs[0]}", If_None_Match=tag)),
                "list of campaigns": (cached, lambda: get("/campaigns")),
            },
            rounds,
            seconds,
        )
    base = figures["bare Flask + Jinja"].per_second
    for name, each in figures.items():
        show(name, each, base)
    ratio = figures["campaign page, built, 1,000 pledges"].per_second / figures["campaign page, built"].per_second
    print(f"1,000 against 100,000 pledges: {ratio:.2f} ×")


def pledges(rounds: int, seconds: float) -> None:
    """The pledge POST, durable, against the rate at which this disk takes commits."""
    with ExitStack() as stack:
        folder, slugs = stack.enter_context(database(10, 1_000))
        port, _ = stack.enter_context(gunicorn("wsgi:app", VOUCH_ENV="test", INSTANCE_PATH=folder))
        person = Pledger(port, slugs[0])
        rates, posts = [], []
        for _ in range(rounds):
            rates.append(commits.rate(Path(folder), seconds))
            posts.append(load(port, person.next, seconds=seconds, threads=2))
    base = statistics.median(rates)
    print(f"{'raw synchronous=FULL commits':44}{base:9.0f}/s")
    show("pledge POST", sorted(posts, key=lambda each: each.per_second)[rounds // 2], base)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["pages", "pledges"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    if given.what != "pledges":
        pages(given.rounds, given.seconds)
    if given.what != "pages":
        pledges(given.rounds, given.seconds)


if __name__ == "__main__":
    main()
