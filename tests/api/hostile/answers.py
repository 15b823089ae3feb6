"""What every answer of the API is, whatever was asked."""

from __future__ import annotations

import json
from typing import Any, Final

CODES: Final = {"UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED"}
PYTHON: Final = ("Traceback", "object at 0x", "<class", "DoesNotExist", "Definition(", "psycopg", "sqlite", "django.")


def check_answer(response: Any, *, told: str) -> None:
    """Assert that it is JSON, no 5xx, has a code of the API's on each error, and no word of Python."""
    text = response.content.decode()
    told = f"{told[:5000]}\n{response.status_code} {text[:2000]}"
    assert response.status_code < 500, told
    assert not [word for word in PYTHON if word in text], told
    answer: dict[str, Any] = json.loads(text)
    codes = [error.get("extensions", {}).get("code") for error in answer.get("errors", ())]
    assert set(codes) <= CODES, told
    assert codes or "data" in answer, told
