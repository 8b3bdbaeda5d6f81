"""The floors hold: nobody imports upwards or sideways, and a plan that is broken is noticed."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from campaigns.app import BLUEPRINTS
from campaigns.config import ROOT

DOMAINS = {"approval", "audit", "ledger", "notice", "remittance", *(blueprint.name for blueprint in BLUEPRINTS)}

# A line that breaks one contract, and the module it would stand in.
PLANTED = {
    "Floors": ("campaigns/kit/clock.py", "import campaigns.access"),
    "Inside a domain": ("campaigns/ledger/models.py", "import campaigns.ledger.rules"),
    "Rules know nothing of the web": ("campaigns/ledger/rules.py", "import flask"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the project in `folder`, whatever is imported here already."""
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    command = [sys.executable, "-c", program, "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code, to break."""
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept():
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("contract", list(PLANTED))
def test_a_planted_violation_is_caught(copy, contract):
    path, line = PLANTED[contract]
    module = copy / path
    module.write_text(f"{module.read_text()}\n{line}\n")
    found = lint(copy)
    assert found.returncode != 0
    broken = [shown for shown in found.stdout.splitlines() if shown.endswith("BROKEN")]
    assert any(shown.startswith(contract) for shown in broken), found.stdout


def test_every_domain_stands_on_a_floor_and_is_looked_into():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = " ".join(contracts[0]["layers"])
    for domain in DOMAINS:
        assert f"campaigns.{domain}" in floors
        assert f"campaigns.{domain}" in contracts[1]["containers"]


def test_nothing_of_the_top_level_is_where_nobody_looks_for_it():
    packages = {path.name for path in (ROOT / "campaigns").iterdir() if (path / "__init__.py").exists()}
    assert packages == {*DOMAINS, "access", "kit", "cli", "migrations"}
