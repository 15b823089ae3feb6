"""The API's settings, read at the moment of use."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_BODY_BYTES: Final = 4_000_000
MAX_TOKENS: Final = 5_000
MAX_FAULTS: Final = 200


def _api() -> dict[str, Any]:
    return getattr(settings, "GQL_WORKFLOWS", {})


def access_policy() -> str:
    """The dotted path of the class that says who sees and may do what."""
    return _api().get("ACCESS_POLICY", "gql_workflows.permissions.AccessPolicy")


def max_body_bytes() -> int:
    """The largest request body that is read."""
    return int(_api().get("MAX_BODY_BYTES", MAX_BODY_BYTES))
