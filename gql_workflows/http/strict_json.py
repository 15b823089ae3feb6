"""JSON as a client must send it: no more than the standard allows, and one meaning alone."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _

from gql_workflows.http.refusals import Refused

MOST_LEVELS: Final = 100  # of objects and lists in each other; a template has 8


def parse(body: bytes) -> Any:
    """The value in the body; raises Refused unless it is JSON in UTF-8 that a database could hold.

    A byte order mark before it, which some clients write, is left out.

    NaN and Infinity are no JSON; a number beyond a double, a name that an object has twice, and half of a surrogate
    pair mean different things to different readers.
    """
    try:
        parsed = json.loads(
            body.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_doubles,
        )
        json.dumps(parsed, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written
    except (ValueError, RecursionError) as error:
        raise Refused(400, _("The body must be JSON in UTF-8.")) from error
    _check_levels(parsed)
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name occurs twice")
    return made


def _check_levels(parsed: Any) -> None:
    level = [parsed]
    for _depth in range(MOST_LEVELS + 1):
        if not level:
            return
        level = [child for value in level for child in _children(value)]
    raise Refused(400, _("The JSON is nested more than %d levels deep.") % MOST_LEVELS)


def _children(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
