"""Filling in forms in tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rest_framework.exceptions import ErrorDetail

from tests.snapshot import unchanged


def context_of(user: Any, **context: Any) -> dict[str, Any]:
    return {"request": SimpleNamespace(user=user), **context}


def saved(form: Any) -> Any:
    """What a valid form saves."""
    assert form.is_valid(), form.errors
    return form.save()


def errors(form: Any) -> Any:
    """The errors of a form that is not valid, each message as its code; nothing was changed."""
    with unchanged():
        assert not form.is_valid()
    return codes(form.errors)


def codes(detail: Any) -> Any:
    if isinstance(detail, ErrorDetail):
        return detail.code
    if isinstance(detail, dict):
        return {key: codes(value) for key, value in detail.items()}
    return [codes(value) for value in detail]
