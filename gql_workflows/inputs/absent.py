"""Inputs that a client may leave out."""

from __future__ import annotations

from typing import Any

from strawberry import UNSET


def given(value: Any, default: Any = None) -> Any:
    """The value, or the default where the client left it out or sent null."""
    return default if value is None or value is UNSET else value
