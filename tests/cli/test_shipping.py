"""What is run elsewhere (make, CI, containers) names only what is there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from campaigns.config import ROOT, Settings

TEXTS = ["Makefile", ".ci/run", "Dockerfile", "compose.yaml", "requirements.lock", ".env.example"]


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("target", ["run", "test", "check", "bench"])
def test_every_target_of_make_names_programs_that_are_there(target):
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    steps = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert ".venv/bin/" in steps
    for module in re.findall(r"python -m (\S+)", steps):
        assert (
            module in {"pip", "venv", "pytest"}
            or (ROOT / module.replace(".", "/")).with_suffix(".py").exists()
            or (ROOT / module / "__main__.py").exists()
        ), module


def test_ci_calls_what_a_person_calls_and_can_be_called():
    script = read(".ci/run")
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert script.index("make test") < script.index("make check")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0


@pytest.mark.parametrize("name", TEXTS)
def test_none_of_them_says_where_packages_come_from(name):
    assert not re.search(r"(?<!no-emit-)index-url|pypi\.org|trusted-host", read(name))


def test_every_package_is_pinned_with_its_hashes():
    pins = re.split(r"\n(?=[a-z0-9])", read("requirements.lock").partition("\naiosmtpd")[2])
    assert len(pins) > 50
    assert all("==" in pin.splitlines()[0] and "--hash=sha256:" in pin for pin in pins[1:])


def test_the_image_holds_all_that_runs_and_nothing_else():
    kept = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", read("Dockerfile"), re.MULTILINE))
    assert copied == kept
    assert all((ROOT / name).exists() for name in kept)


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_well():
    image = read("Dockerfile")
    assert re.search(r"^USER (?!root)", image, re.MULTILINE)
    assert image.index("USER vouch") < image.index("CMD")
    assert "--require-hashes" in image
    assert '"campaigns.cli.health"' in image


def test_containers_get_settings_that_exist():
    given = re.findall(r"^    ([A-Z_]+): ", read("compose.yaml"), re.MULTILINE)
    assert {"DATABASE_URL", "QUEUE_URL", "RATE_LIMIT_URL"} <= set(given)
    assert {name.lower() for name in given} - {"prometheus_multiproc_dir"} <= set(Settings.model_fields)


def test_what_people_keep_stays_out_of_the_repository():
    ignored = (ROOT / "instance" / ".gitignore").read_text().split()
    assert ignored[0] == "*"
    assert ".env" in Path(ROOT / ".gitignore").read_text().split()
