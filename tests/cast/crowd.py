"""Several people acting at the very same moment, each in a request of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from campaigns.kit import db
from campaigns.kit.web import VouchApp


def at_once(app: VouchApp, *acts: Callable[[], Any]) -> list[Any]:
    """Run every act in a thread and an app context of its own, all let go together.

    Gives what each returned, in their order; for one that raised, the exception.
    """
    db.session.rollback()  # this test's own transaction would keep SQLite's others out
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait(20)
            try:
                return act()
            except Exception as fault:
                return fault
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as crowd:
        done = list(crowd.map(run, acts))
    db.session.expire_all()
    return done


def committed(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act within a transaction that is committed, or rolled back where it raises."""

    def run() -> Any:
        with db.transaction():
            return act()

    return run
