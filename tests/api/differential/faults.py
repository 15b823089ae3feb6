"""What goes wrong in the middle of an answer: for some rows, in one loader, or with a refusal of the engine's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest

from django_workflow_engine import people
from django_workflow_engine.approvals import roles
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import WorkflowEvent
from gql_workflows.types import people as people_types
from gql_workflows.types import workflows

_usual_username, _usual_name = people.username, people_types.name_of
_usual_position = WorkflowEvent.position_name


def _username(user: Any) -> str:
    if user.pk % 3 == 0:
        raise ValueError("this user has no name")
    return _usual_username(user)


def _no_name(user: Any) -> Any:
    return None if user.pk % 2 else _usual_name(user)


def _refused(user: Any) -> str:
    if user.pk % 4 == 0:
        raise NotFound("There is nobody of this name.", path=("user",))
    return _usual_name(user)


def _no_roles(keys: Any) -> Any:
    raise RuntimeError("roles cannot be read")


def _no_summary(*_args: Any) -> Any:
    raise ZeroDivisionError


def _a_number(self: Any, name: str) -> Any:
    return 7 if self.pk % 2 else _usual_position(self, name)


FAULTS: Final[Mapping[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "none": lambda patch: None,
    "some usernames": lambda patch: patch.setattr(people, "username", _username),
    "names are null": lambda patch: patch.setattr(people_types, "name_of", _no_name),
    "a refusal": lambda patch: patch.setattr(people_types, "name_of", _refused),
    "roles": lambda patch: patch.setattr(roles, "find_roles", _no_roles),
    "summaries": lambda patch: patch.setattr(workflows, "summary_of", _no_summary),
    "a text is a number": lambda patch: patch.setattr(WorkflowEvent, "position_name", _a_number),
}


@contextmanager
def fault(name: str) -> Iterator[None]:
    """Have this go wrong for a while."""
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[name](patch)
        yield
