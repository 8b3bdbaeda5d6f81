"""Pages of a list, and objects put in the place of their ids."""

from copy import deepcopy
from operator import ge, gt, le, lt
from typing import Any

from tests.fakes.stripe.errors import invalid, no_such
from tests.fakes.stripe.state import Object

COMPARE = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
CONTROLS = {"limit", "starting_after", "ending_before", "expand"}


def page(rows: list[Object], params: dict[str, Any], url: str) -> Object:
    """At most `limit` (10) of the rows that fit the other parameters, from the cursor on."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
    filters = {name: value for name, value in params.items() if name not in CONTROLS}
    rows = [row for row in rows if all(_fits(row.get(name), value) for name, value in filters.items())]
    if "starting_after" in params:
        rows = rows[_position(rows, params["starting_after"], "starting_after") + 1 :]
    if "ending_before" in params:
        rows = rows[: _position(rows, params["ending_before"], "ending_before")][-limit:]
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": rows[:limit]}


def _fits(have: Any, want: Any) -> bool:
    if not isinstance(want, dict):
        return bool(have == want)
    if want.keys() <= COMPARE.keys():
        return all(COMPARE[sign](have, bound) for sign, bound in want.items())
    return all((have or {}).get(name) == value for name, value in want.items())


def _position(rows: list[Object], id: str, param: str) -> int:
    for position, row in enumerate(rows):
        if row["id"] == id:
            return position
    raise no_such("object", id, param)


def expanded(objects: dict[str, Object], answer: Object, paths: list[str]) -> Object:
    """A copy of the answer in which each path (`data.payment_intent.latest_charge`) is the object itself."""
    answer = deepcopy(answer)
    for path in paths:
        _expand(objects, answer, path.split("."), path)
    return answer


def _expand(objects: dict[str, Object], node: Any, steps: list[str], path: str) -> None:
    for item in node if isinstance(node, list) else [node]:
        if not steps or item is None:
            continue
        name, *rest = steps
        if name not in item or (isinstance(item[name], str) and item[name] not in objects):
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(item[name], str):
            item[name] = deepcopy(objects[item[name]])
        _expand(objects, item[name], rest, path)
