"""A pytest plugin that notes in which tests each `access.require` has said no: those are the ones it answers for."""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from campaigns import access
from campaigns.kit.errors import NotAllowed

FOLDER = "VOUCH_RECORDED_REFUSALS"
_refused: dict[str, set[str]] = defaultdict(set)
_test: list[str] = [""]


def pytest_configure(config: pytest.Config) -> None:
    asked = access.require

    def require(by: Any, action: Any, thing: Any) -> None:
        try:
            asked(by, action, thing)
        except NotAllowed:
            caller = sys._getframe(1)
            _refused[f"{caller.f_code.co_filename}:{caller.f_lineno}"].add(_test[0])
            raise

    access.require = require


def pytest_runtest_setup(item: pytest.Item) -> None:
    _test[0] = item.nodeid


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _refused:
        found = {place: sorted(tests) for place, tests in _refused.items()}
        (Path(os.environ[FOLDER]) / f"{os.getpid()}.json").write_text(json.dumps(found))
