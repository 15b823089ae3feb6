"""Who acts, and the texts that come along: what is no such thing is refused, by every verb alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.values import json_problem, text_problem
from django_workflow_engine.errors import Forbidden, InvalidInput, ValueMissing
from django_workflow_engine.models.arguments import is_user


def check_actor(actor: Any, name: str = "actor") -> None:
    """Raise Forbidden for nobody, for somebody who is not signed in, and for a user who is not stored."""
    if not is_user(actor):
        raise Forbidden(_("Only somebody who is signed in may do this."), path=(name,))


def check_editor(actor: Any) -> None:
    """Raise Forbidden for an editor of a template who is not signed in; None is the system itself."""
    if actor is not None:
        check_actor(actor)


def check_reason(reason: Any, message: str) -> str:
    """The reason; raises ValueMissing with this message for a blank one, InvalidInput for what cannot be stored."""
    text = check_text(reason, "reason")
    if not text.strip():
        raise ValueMissing(message, path=("reason",))
    return text


def check_text(text: Any, name: str) -> str:
    """The text, empty for None; raises InvalidInput for what is none, or cannot be stored."""
    if text is None:
        return ""
    if not isinstance(text, str):
        raise InvalidInput(_("This must be a text."), path=(name,))
    problem = text_problem(text)
    if problem is not None:
        raise InvalidInput(problem, path=(name,))
    return text


def checked_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """The metadata as it is stored; raises InvalidInput for what is no JSON object."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidInput(_("Metadata must be a JSON object."), path=("metadata",))
    problem = json_problem(metadata)
    if problem is not None:
        raise InvalidInput(problem, path=("metadata",))
    return dict(metadata)
