"""Documents and the limits that refuse them."""

from __future__ import annotations

from typing import Any

from django.test import override_settings

from tests.client import Api


def limited(**limits: int) -> Any:
    return override_settings(GQL_WORKFLOWS={"LIMITS": limits})


def refusal(document: str, **variables: Any) -> dict[str, Any]:
    """The extensions of the one error that refuses the document."""
    response = Api().raw(document, **variables)
    (error,) = response.json()["errors"]
    assert "data" not in response.json()
    assert str(error["extensions"]["most"]) in error["message"]
    assert str(error["extensions"]["asked"]) in error["message"]
    return error["extensions"]


def asked(document: str, **variables: Any) -> tuple[str, int, int]:
    """Which limit refuses the document, its value, and how much was asked for."""
    extensions = refusal(document, **variables)
    assert extensions.pop("code") == "LIMIT_EXCEEDED"
    return extensions["limit"], extensions["most"], extensions["asked"]


def passes(document: str, **variables: Any) -> bool:
    errors = Api().raw(document, **variables).json().get("errors", [])
    return "LIMIT_EXCEEDED" not in {error["extensions"]["code"] for error in errors}
