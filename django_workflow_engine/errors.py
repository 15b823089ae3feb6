"""The error tree: everything that the engine refuses, with a stable code and the place of the fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django_workflow_engine.choices import ErrorCode

Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: a code, a text for people, and where it stands in the input."""

    code: ErrorCode
    message: str
    path: Path = ()


class WorkflowError(ValueError):
    """What the engine refuses. Nothing was changed.

    `code` is stable; `path` names the place in the input (field names and list indexes as text); every
    keyword argument beyond it becomes an attribute with a fact about the refusal. It is a ValueError
    because callers of the reference catch that.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INVALID

    def __init__(self, message: str, *, path: Iterable[str] = (), **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.path: Path = tuple(path)
        self.facts = facts
        self.__dict__.update(facts)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that this error reports: itself, unless it collects several."""
        return (Fault(code=self.code, message=self.message, path=self.path),)


class InvalidInput(WorkflowError):
    """A value that cannot be used."""


class ValueMissing(WorkflowError):
    """A value that must be given."""

    code = ErrorCode.REQUIRED


class InvalidDefinition(WorkflowError):
    """A template that cannot work: all its faults at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        first = self._faults[0]
        super().__init__(first.message, path=first.path)

    def __reduce__(self) -> tuple[type[InvalidDefinition], tuple[tuple[Fault, ...]]]:
        """Pickled by its faults: an exception that crosses processes is made anew from what made it."""
        return type(self), (self._faults,)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of the definition, in the order of the input."""
        return self._faults


class NotFound(WorkflowError):
    """A row that does not exist, or that the caller may not know of."""

    code = ErrorCode.NOT_FOUND


class Forbidden(WorkflowError, PermissionError):
    """The actor may not do this."""

    code = ErrorCode.FORBIDDEN


class MissingPermission(Forbidden):
    """The actor lacks a model permission that the settings require; `permission` names it."""


class DutyRuleBroken(Forbidden):
    """A rule of the workflow says that this person must not decide; `rule` is the DutyRule."""

    code = ErrorCode.DUTY_RULE


class ModelNotEnabled(WorkflowError):
    """The model takes no workflows."""

    code = ErrorCode.MODEL_NOT_ENABLED


class WorkflowInactive(WorkflowError):
    """The template is not active."""

    code = ErrorCode.WORKFLOW_INACTIVE


class WorkflowIncomplete(WorkflowError):
    """The template lacks something that a run needs."""

    code = ErrorCode.WORKFLOW_INCOMPLETE


class AlreadyAttached(WorkflowError):
    """The object has a run that has not ended; `attachment` is that run."""

    code = ErrorCode.ALREADY_ATTACHED


class NotInProgress(WorkflowError):
    """The run is not in a state that takes this verb; `status` is the state now."""

    code = ErrorCode.NOT_IN_PROGRESS


class StepAlreadyDecided(WorkflowError):
    """Someone decided this step first; `step` and `attachment` hold the state now."""

    code = ErrorCode.STEP_ALREADY_DECIDED


class NotYourStep(WorkflowError, PermissionError):
    """The step waits for somebody else, or the actor no longer holds the seat."""

    code = ErrorCode.NOT_YOUR_STEP


class StepClaimed(WorkflowError):
    """Somebody else has claimed the approval; `claimed_by` is that user's name, and `claimed_until` the moment."""

    code = ErrorCode.STEP_CLAIMED


class FormDataRequired(WorkflowError):
    """The step needs form data."""

    code = ErrorCode.FORM_DATA_REQUIRED


class FormDataInvalid(InvalidDefinition):
    """The form data does not fit the form's schema: all its faults at once."""

    code = ErrorCode.FORM_DATA_INVALID


class FormNotAccepted(WorkflowError):
    """The step takes no form data."""

    code = ErrorCode.FORM_NOT_ACCEPTED


class Conflict(WorkflowError):
    """Another row or value stands in the way."""

    code = ErrorCode.CONFLICT


class InUse(WorkflowError):
    """Something still uses the row."""

    code = ErrorCode.IN_USE


class ActionNotRegistered(WorkflowError):
    """The function path is not registered as an action; `function_path` names it."""

    code = ErrorCode.ACTION_NOT_REGISTERED


class NoApprover(WorkflowError):
    """Nobody can decide the position that would be entered; `position` and `approval` name it."""

    code = ErrorCode.NO_APPROVER


class Frozen(WorkflowError):
    """A frozen version never changes."""

    code = ErrorCode.FROZEN
