"""`make mutants`: delete each `access.require` in turn, and print how many deletions a test has caught.

The suite runs once to learn which tests each line refuses somebody in; then each deletion is made in a copy of the
project and those tests alone are run, until one fails. A line that refuses nobody in any test has not been caught.
`python -m tests.mutants campaigns/student tests/student` looks at one folder, and at some tests, only.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

from tests.mutants.recorder import FOLDER

ROOT = Path(__file__).resolve().parents[2]
MOST_TESTS = 40
WANTED = 0.95


class Guard(NamedTuple):
    """One statement `access.require(…)`."""

    file: str
    first: int
    last: int

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.file}:{self.first}"


def guards(under: str) -> Iterator[Guard]:
    """Every such statement of the code below a folder."""
    for path in sorted((ROOT / under).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            call = node.value if isinstance(node, ast.Expr) else None
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "access.require":
                yield Guard(str(path.relative_to(ROOT)), call.lineno, call.end_lineno or call.lineno)


def refusals(places: list[Guard], asked: list[str]) -> dict[Guard, list[str]]:
    """The tests, of those asked for, in which each guard says no; those of its own domain first."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-p", "tests.mutants.recorder"]
        command += ["-m", "not browser", *asked]
        subprocess.run(command, cwd=ROOT, env={**os.environ, FOLDER: folder}, check=False, stdout=subprocess.DEVNULL)
        found: dict[str, set[str]] = defaultdict(set)
        for file in Path(folder).glob("*.json"):
            for place, tests in json.loads(file.read_text()).items():
                found[place].update(tests)
    return {guard: _of(guard, found) for guard in places}


def _of(guard: Guard, found: dict[str, set[str]]) -> list[str]:
    lines = (f"{ROOT / guard.file}:{line}" for line in range(guard.first, guard.last + 1))
    tests = {test for line in lines for test in found.get(line, ())}
    domain = guard.file.split("/")[1]
    return sorted(tests, key=lambda test: (f"/{domain}/" not in test, "postgresql" in test, test))[:MOST_TESTS]


def copied(folder: Path) -> Path:
    """A copy of the project to break."""
    kept = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "uploads", "*.sqlite*")
    shutil.copytree(ROOT, folder, ignore=kept, dirs_exist_ok=True)
    return folder


def caught(guard: Guard, tests: list[str], copy: Path) -> bool:
    """Whether one of these tests fails without the guard."""
    if not tests:
        return False
    file = copy / guard.file
    whole = file.read_text()
    lines = whole.splitlines()
    indent = len(lines[guard.first - 1]) - len(lines[guard.first - 1].lstrip())
    lines[guard.first - 1 : guard.last] = [" " * indent + "pass"]
    file.write_text("\n".join(lines) + "\n")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:randomly", *tests]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    finally:
        file.write_text(whole)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{guard.name}: the tests could not be run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


def main() -> int:
    """Print each deletion that nobody noticed, and the sum; exit 1 below 95 %."""
    under = sys.argv[1] if len(sys.argv) > 1 else "campaigns"
    places = list(guards(under))
    killers = refusals(places, sys.argv[2:])
    at_once = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Path] = Queue()
        for number in range(at_once):
            copies.put(copied(Path(folder) / str(number)))

        def judge(guard: Guard) -> bool:
            copy = copies.get()
            try:
                return caught(guard, killers[guard], copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(at_once) as pool:
            results = dict(zip(places, pool.map(judge, places), strict=True))
    for guard in (guard for guard, noticed in results.items() if not noticed):
        print(f"not caught: {guard.name} (refuses in {len(killers[guard])} tests)")
    count = sum(results.values())
    print(f"{count} of {len(places)} deletions caught")
    return 0 if count >= WANTED * len(places) else 1


if __name__ == "__main__":
    raise SystemExit(main())
