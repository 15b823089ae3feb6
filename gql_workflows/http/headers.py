"""Headers and paths that are too long, refused before anybody reads them.

Python's own reader of cookies takes the square of a value's length, and the log repeats a path or a
host that is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.http.refusals import Refused

_DIGITS: Final = 20  # of a Content-Length that a body can have


def check_headers(scope: Mapping[str, Any]) -> None:
    """Raise Refused for a path, or a header with all its lines together, of more than MAX_HEADER_BYTES."""
    most = conf.max_header_bytes()
    if len(scope["path"]) > most:
        raise Refused(414, _("The address is too long."))
    lengths: Counter[bytes] = Counter()
    for name, value in _headers(scope):
        lengths[name] += len(value)
    if max(lengths.values(), default=0) > most:
        raise Refused(431, _("A header is too long."))


def are_short(scope: Mapping[str, Any]) -> bool:
    """Whether `check_headers` lets them pass."""
    try:
        check_headers(scope)
    except Refused:
        return False
    return True


def announced_length(scope: Mapping[str, Any]) -> int:
    """The Content-Length that a request gives; 0 where there is none."""
    given = [value for name, value in _headers(scope) if name == b"content-length"]
    return max((int(value[:_DIGITS]) for value in given if value.isdigit()), default=0)


def _headers(scope: Mapping[str, Any]) -> Iterable[tuple[bytes, bytes]]:
    lines: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return lines
