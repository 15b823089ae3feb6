"""Approver types: who can be asked for an approval. Classes that are registered by name; the engine's own are, too."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from django.db import Error
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ApprovalTypes, ErrorCode, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions.approval_keys import (
    KEYS_OF_CUSTOM,
    KEYS_OF_SOME_TYPES,
    NUMBER_OF,
    PARAMETERS,
    WITHOUT_FORM,
    Parameter,
    forbid,
    read_keys,
)
from django_workflow_engine.definitions.values import json_problem
from django_workflow_engine.errors import Fault, Path

if TYPE_CHECKING:
    from django_workflow_engine.strategies import Position

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Asked(ABC):
    """What an approver type knows when it says who is asked.

    `parameters` are those of the approval, as they were read; `position` is where the approval stands.
    """

    parameters: Mapping[str, Any]
    position: Position

    @property
    @abstractmethod
    def target(self) -> Model | None:
        """The object, locked while a verb is at work; None where it is gone."""

    @property
    @abstractmethod
    def requester(self) -> Any:
        """The object's own person, who started the run where it has none; None where nobody is known."""


class Nobody(Exception):
    """Why an approval can be decided by nobody: a clause for people, without a full stop. `find` may raise it."""


class ApproverType(ABC):
    """Who can be asked for an approval. A subclass is registered with `approver_type`; one is made for each question.

    `name` is what templates store, at most 50 letters, digits and underscores; `label` is for people. `parameters` are
    what an approval has to say: a key each, read when a template is saved. Of several people any one decides, or as
    `sharing` says: ANYONE, CONSENSUS or MAJORITY.
    """

    name: ClassVar[str]
    label: ClassVar[Promise | str]
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    sharing: ClassVar[RoleSelectionStrategy] = RoleSelectionStrategy.ANYONE

    @abstractmethod
    def find(self, asked: Asked) -> Iterable[Any]:
        """The people who are asked: users, or their primary keys.

        Who is inactive, or must not decide, is left out by the engine; where nobody is left the approval cannot be
        decided, and attaching or moving there is refused. It reads only; what it raises counts as nobody, and is
        logged.
        """

    @classmethod
    def read(cls, given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
        """The values of a configuration that says this; what is wrong is appended to `faults`."""
        forbid(given, KEYS_OF_SOME_TYPES, path, faults)
        said = PARAMETERS.read(given.get("parameters", {}), (*path, "parameters"), faults) or {}
        return {"custom_type": cls.name, "parameters": cls._read_parameters(said, (*path, "parameters"), faults)}

    @classmethod
    def _read_parameters(cls, said: Mapping[str, Any], path: Path, faults: list[Fault]) -> Mapping[str, Any]:
        """The parameters as the type's own readers give them; as they were said where these refuse one."""
        given = {name: value for name, value in said.items() if value is not None}
        wrong: list[Fault] = []
        forbid(said, (name for name in said if name not in cls.parameters), path, wrong)
        read = {name: value for name, value in cls._read_each(given, path, wrong).items() if value is not None}
        faults += wrong
        return given if wrong else read

    @classmethod
    def _read_each(cls, given: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
        """What the readers give; one that raises, or gives what is no JSON, is a fault, and is logged."""
        try:
            read = read_keys(given, cls.parameters, path, faults)
            problem = json_problem(read)
            if problem is not None:
                raise TypeError(problem)
        except Error:
            raise  # nothing more can be asked in this transaction
        except Exception:  # the project's code may raise anything
            logger.exception("The parameters of the approver type %s could not be read", cls.name)
            message = _("The approver type “%s” could not read this.") % cls.name
            faults.append(Fault(code=ErrorCode.INVALID, message=message, path=path))
            return {}
        return read


_Type = TypeVar("_Type", bound=type[ApproverType])
BUILT_IN: Final = frozenset(ApprovalTypes.values) - {ApprovalTypes.CUSTOM.value}
_registered: Final[list[type[ApproverType]]] = []


def approver_type(kind: _Type) -> _Type:
    """Register a class as an approver type. Its module must be imported at start-up, in every process.

    What cannot work is told by `check`, and raises nothing here; of two with one name the first counts.
    """
    _registered.append(kind)
    return kind


def type_named(name: str) -> type[ApproverType] | None:
    """The approver type of this name, or None."""
    return next((kind for kind in _registered if getattr(kind, "name", None) == name), None)


def registered_types() -> Sequence[type[ApproverType]]:
    """All that was registered, whether it can be used or not."""
    return tuple(_registered)


def custom_types() -> Sequence[type[ApproverType]]:
    """The project's own types that can be used."""
    named = [(getattr(kind, "name", None), kind) for kind in _registered]
    return [kind for name, kind in named if isinstance(name, str) and project_type(name) is kind]


def project_type(name: Any) -> type[ApproverType] | None:
    """The project's own approver type of this name; None for anything else, and for the name of one of the engine's."""
    return None if not isinstance(name, str) or name in BUILT_IN else type_named(name)


def conditions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """For each key that not every approval takes: the values that other keys must have, by the other key."""
    from_types = {key: {"approval_type": _types_with(key)} for key in (*KEYS_OF_CUSTOM, *KEYS_OF_SOME_TYPES)}
    return {key: {**types, **_strategies_with(key)} for key, types in from_types.items()} | _steps_with_form()


def _types_with(key: str) -> tuple[str, ...]:
    if key in KEYS_OF_CUSTOM:
        return (ApprovalTypes.CUSTOM.value,)
    own = [(name, type_named(name)) for name in sorted(BUILT_IN)]
    return tuple(name for name, kind in own if kind is not None and key in kind.parameters)


def _strategies_with(key: str) -> dict[str, tuple[str, ...]]:
    found = tuple(strategy.value for strategy, number in NUMBER_OF.items() if number == key)
    return {"role_selection_strategy": found} if found else {}


def _steps_with_form() -> dict[str, Mapping[str, tuple[str, ...]]]:
    steps = tuple(step.value for step in StepType if step not in WITHOUT_FORM)
    return {"required_form": {"step_approval_type": steps}}
