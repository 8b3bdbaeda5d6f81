"""What would otherwise take most of the suite's time: each test builds an app, and each app all it knows anew."""

import gc
from collections.abc import Callable, Iterable
from copy import copy
from threading import RLock
from typing import Any

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule
from werkzeug.routing.rules import RulePart

_parse, _compile = Rule._parse_rule, Rule._compile_builder
_add, _update = Map.add, Map.update
_parts: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}
_maps: dict[tuple[Any, ...], Map] = {}
_sorting = RLock()
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


def _added_later(self: Map, rule: Any) -> None:
    """Keep a rule until somebody asks for an address."""
    vars(self).setdefault("every", []).append(rule)
    self._remap = True


def _brought_up(self: Map) -> None:
    """Sort the addresses, or share them with an app before that has the same ones."""
    if not self._remap:
        return
    with _sorting:  # the first requests of an app may come at once
        every = vars(self).setdefault("every", [])
        key = tuple(map(_known_by, every))
        if key not in _maps:
            whole = Map(converters=self.converters, host_matching=self.host_matching)
            for rule in every:
                _add(whole, copy(rule))
            _update(whole)
            _maps[key] = whole
        self._matcher, self._rules_by_endpoint = _maps[key]._matcher, _maps[key]._rules_by_endpoint
        self._remap = False


def _known_by(rule: Any) -> tuple[Any, ...]:
    given = (rule.rule, rule.endpoint, rule.subdomain, rule.build_only, rule.strict_slashes, repr(rule.defaults))
    return *given, frozenset(rule.methods or ()), getattr(rule, "provide_automatic_options", None)


def remember_addresses() -> None:
    """Read, compile and sort each address once a process instead of once an app."""
    Map.add, Map.update = _added_later, _brought_up  # type: ignore[method-assign]
    Rule._parse_rule = _parsed  # type: ignore[method-assign]
    Rule._compile_builder = _remembered  # type: ignore[method-assign]


def remember_statements(engine: Engine) -> None:
    """Compile each statement once a process instead of once an app.

    Statements are kept by dialect, and mappers keep theirs for ever: a dialect for each test is a leak.
    """
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_statements)


def collect_rarely() -> None:
    """Look for garbage less often: what the program and the tests are made of stays, and each look goes through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
