"""Answers as JSON: in UTF-8, without blanks."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson
from django.core.serializers.json import DjangoJSONEncoder

_AS_DJANGO_DOES: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def encoded(value: Any) -> bytes:
    """The value as JSON; what is no JSON by itself, such as a date or a lazy text, is written as Django does."""
    try:
        return orjson.dumps(value, default=_other, option=_AS_DJANGO_DOES)
    except TypeError:  # a number of more than 64 bits, a key that is no text, half of a surrogate pair
        return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":")).encode()


_other: Final = DjangoJSONEncoder().default
