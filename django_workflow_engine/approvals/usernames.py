"""`user.username` for a user model that has none.

The approval package writes it into its log at every decision and into the texts of its rows, whatever the model's
USERNAME_FIELD is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from django_workflow_engine import people


class _Username:
    """What the user signs in with; no field of the model, and no name that its constructor would take."""

    def __get__(self, user: Any, model: type | None = None) -> Any:
        return self if user is None else people.username(user)


def lend_usernames() -> None:
    """Give the project's user model a `username` to read, unless it has an attribute of that name."""
    model: Any = get_user_model()
    if not hasattr(model, "username"):
        model.username = _Username()
