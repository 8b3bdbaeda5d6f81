"""Form-encoded parameters, checked against the SDK's own description of what each endpoint takes.

The SDK's `…Params` classes are generated from Stripe's OpenAPI document of the pinned version, so
whatever they do not name, the real API refuses as well.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from stripe import RequestOptions
from typing_extensions import get_type_hints, is_typeddict

from tests.fakes.stripe.errors import invalid, missing_parameter, unknown_parameter

Shape = Any
TRUTH = {"true": True, "false": False}
SDK_NAMES = {"StripeContext": object, "Mapping": Mapping}


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `a[b][0]=c` pairs into nested dicts; array positions stay string keys."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        *parents, last = re.findall(r"[^\[\]]+", name)
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return tree


def check(shape: Shape, given: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Return the parameters as Python values, or raise the Refusal that Stripe would answer with."""
    known = fields(shape)
    for name in given:
        if name not in known:
            raise unknown_parameter(_join(path, name))
    for name in sorted(shape.__required_keys__ - given.keys()):
        raise missing_parameter(_join(path, name))
    return {name: _value(known[name], value, _join(path, name)) for name, value in given.items()}


@cache
def fields(shape: Shape) -> dict[str, Any]:
    """Name → type of what may be sent; the SDK's per-request options travel as headers, not here."""
    hints = get_type_hints(shape, localns=SDK_NAMES)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(hint: Any, value: Any, path: str) -> Any:
    options = get_args(hint) if _is_union(hint) else (hint,)
    return _container(options, value, path) if isinstance(value, dict) else _scalar(options, value, path)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) is Union or type(hint).__name__ == "UnionType"


def _container(options: tuple[Any, ...], value: dict[str, Any], path: str) -> Any:
    for option in options:
        if is_typeddict(option):
            return check(option, value, path)
        if get_origin(option) is list:
            return [_value(get_args(option)[0], item, f"{path}[{i}]") for i, item in value.items()]
        if get_origin(option) is dict:
            return _metadata(value, path)
    raise invalid(f"Invalid string: {value}", param=path)


def _metadata(value: dict[str, Any], path: str) -> dict[str, str]:
    if len(value) > 50:
        raise invalid("You can only have up to 50 metadata keys.", param=path)
    for name, text in value.items():
        if len(name) > 40:
            raise invalid(f"Metadata keys can have up to 40 characters: {name}", param=path)
        if len(text) > 500:
            raise invalid("Metadata values can have up to 500 characters.", param=_join(path, name))
    return {name: text for name, text in value.items() if text}


def _scalar(options: tuple[Any, ...], value: str, path: str) -> Any:
    choices = [choice for option in options if get_origin(option) is Literal for choice in get_args(option)]
    if value in choices:
        return value
    if value == "":
        raise invalid(f"You passed an empty string for '{path}'.", code="parameter_invalid_empty", param=path)
    if int in options:
        return _integer(value, path)
    if bool in options:
        return _boolean(value, path)
    if [choice for choice in choices if choice]:
        raise invalid(f"Invalid {path}: must be one of {', '.join(map(str, choices))}", param=path)
    return _text(options, value, path)


def _integer(value: str, path: str) -> int:
    if not re.fullmatch(r"-?\d+", value):
        raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
    return int(value)


def _boolean(value: str, path: str) -> bool:
    if value not in TRUTH:
        raise invalid(f"Invalid boolean: {value}", param=path)
    return TRUTH[value]


def _text(options: tuple[Any, ...], value: str, path: str) -> str:
    if all(is_typeddict(option) or get_origin(option) in (list, dict) for option in options):
        raise invalid("Invalid object" if is_typeddict(options[0]) else "Invalid array", param=path)
    return value
