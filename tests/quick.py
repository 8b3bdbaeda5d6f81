"""What would otherwise take most of the suite's time: each test builds an app, and each app all it knows anew."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

_parse, _compile = Rule._parse_rule, Rule._compile_builder
_parts: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}
_known: dict[tuple[Any, ...], Callable[..., Any]] = {}
_dialects: dict[str, Dialect] = {}
_statements: LRUCache[Any, Any] = LRUCache(3000)


def _parsed(rule: Rule, text: str) -> Iterable[RulePart]:
    """The parts of an address, and what reading them notes at its rule; it depends on nothing but the words."""
    if text not in _parts:
        begun = len(rule._trace)
        _parts[text] = list(_parse(rule, text)), rule._trace[begun:], rule._converters
        return _parts[text][0]
    parts, trace, converters = _parts[text]
    rule._trace.extend(trace)
    rule._converters.update(converters)
    rule.arguments.update(converters)
    return parts


def _remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The builder of a rule's address; it depends on nothing but the key, and is bound to the rule by its caller."""
    key = (rule.rule, tuple(rule._trace), append_unknown, repr(rule.defaults))
    if key not in _known:
        _known[key] = _compile(rule, append_unknown)
    return _known[key]


def remember_addresses() -> None:
    """Read and compile each address once a process instead of once an app."""
    Rule._parse_rule = _parsed  # type: ignore[method-assign]
    Rule._compile_builder = _remembered  # type: ignore[method-assign]


def remember_statements(engine: Engine) -> None:
    """Compile each statement once a process instead of once an app.

    Statements are kept by dialect, and mappers keep theirs for ever: a dialect for each test is a leak.
    """
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_statements)
