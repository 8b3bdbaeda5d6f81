"""The README keeps its promises: it names every setting, command and target, and its links lead somewhere."""

import re

import click
import pytest

from campaigns.app import create_app
from campaigns.config import ROOT, Settings, load

README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/decisions/README.md")
SETTINGS = sorted(name.upper() for name in Settings.model_fields)
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
FROM_LIBRARIES = {"db", "limiter", "routes", "run", "shell"}
"""Commands of Flask and its extensions, which have documentation of their own."""
HEAVIEST_PICTURE = 200_000


def own_commands(folder):
    app = create_app(Settings(vouch_env="test", instance_path=folder))
    return {name for name, found in app.cli.commands.items() if isinstance(found, click.Command)} - FROM_LIBRARIES


def links_of(document):
    text = (ROOT / document).read_text()
    found = re.findall(r"\]\(([^)#\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


def test_it_begins_with_running_and_testing():
    first = re.search(r"```\w*\n(.*?)```", README, re.DOTALL)
    assert first is not None
    assert first[1].splitlines() == ["make run", "make test"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_in_the_table_and_in_the_example(setting):
    assert f"\n| `{setting}` |" in README
    assert re.search(rf"^(# )?{setting}=", EXAMPLE, re.MULTILINE)


def test_the_table_lists_no_setting_that_is_not_read():
    table = README.partition("## Configuration")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == SETTINGS


def test_the_example_starts_once_its_secret_is_filled_in():
    lines = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    settings = load(given | {"SECRET_KEY": "k" * 40})
    assert settings.vouch_env == "production"
    assert settings.trusted_hosts == ("vouch.example",)


def test_every_command_is_named(tmp_path):
    commands = own_commands(tmp_path)
    assert {"backup", "check", "create-admin", "demo", "import-schools", "restore", "worker"} <= commands
    assert not {name for name in commands if f"\n| `{name}" not in README}


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_named(target):
    assert f"| `make {target}` |" in README


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_what_is_there(document):
    folder = (ROOT / document).parent
    assert not [link for link in links_of(document) if not (folder / link).exists()]


def test_headings_that_are_linked_exist():
    headings = {re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-")
                for line in re.findall(r"^#+ (.*)$", README, re.MULTILINE)}  # fmt: skip
    linked = re.findall(r"\]\(#([^)]+)\)", README)
    assert linked
    assert not set(linked) - headings


def test_every_decision_is_in_the_index():
    records = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d[^)]+)\)", (ROOT / "docs" / "decisions" / "README.md").read_text()) == records


def test_pictures_are_light():
    pictures = list((ROOT / "docs" / "img").glob("*"))
    assert pictures
    assert not [path.name for path in pictures if path.stat().st_size > HEAVIEST_PICTURE]
