"""What would otherwise take most of the suite's time: each test builds an app, and each app its addresses anew."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_known: dict[tuple[Any, ...], Callable[..., Any]] = {}


def _remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The builder of a rule's address; it depends on nothing but the key, and is bound to the rule by its caller."""
    key = (rule.rule, tuple(rule._trace), append_unknown, repr(rule.defaults))
    if key not in _known:
        _known[key] = _compile(rule, append_unknown)
    return _known[key]


def remember_addresses() -> None:
    """Compile each address once a process instead of once an app."""
    Rule._compile_builder = _remembered  # type: ignore[method-assign]
