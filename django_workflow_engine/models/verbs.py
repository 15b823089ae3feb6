"""Verbs of the services that the reference has as methods of a model, and rules that `save()` asks of rooms above.

Models know nothing of those rooms; they name here what a method shall call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

Verb = TypeVar("Verb", bound=Callable[..., Any])
_verbs: Final[dict[str, Callable[..., Any]]] = {}


def method_of_a_model(verb: Verb) -> Verb:
    """Let a model's method call this verb by its name."""
    _verbs[verb.__name__] = verb
    return verb


def call(name: str, *arguments: Any, **options: Any) -> Any:
    """What the verb of this name gives."""
    return _verbs[name](*arguments, **options)
