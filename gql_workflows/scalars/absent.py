"""Inputs that a client may leave out."""

from __future__ import annotations

from typing import Any

from strawberry import UNSET

from django_workflow_engine.definitions.unset import UNSET as KEEP


def given(value: Any, default: Any = None) -> Any:
    """The value, or the default where the client left it out or sent null."""
    return default if value is None or value is UNSET else value


def change(value: Any) -> Any:
    """The value as the engine takes a change: what the client left out keeps what is stored, null is null."""
    return KEEP if value is UNSET else value
