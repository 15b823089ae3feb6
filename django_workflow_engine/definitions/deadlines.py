"""Deadlines of approvals: until when somebody has to decide, and what happens where nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.choices import ErrorCode, TimeoutAction
from django_workflow_engine.definitions.approval_keys import (
    Key,
    Parameter,
    one_of,
    read_flag,
    read_key,
    read_keys,
)
from django_workflow_engine.definitions.bounds import MAX_REMINDERS
from django_workflow_engine.definitions.declared import Kind, declared
from django_workflow_engine.definitions.durations import Duration, read_duration
from django_workflow_engine.definitions.fallbacks import FALLBACKS, faults_of_both
from django_workflow_engine.definitions.values import shown
from django_workflow_engine.errors import Fault, Path


def read_reminders(value: Any, path: Path, faults: list[Fault]) -> tuple[Duration, ...]:
    """A list of durations, which may be empty."""
    if not isinstance(value, list | tuple):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a list of durations."), path=path))
        return ()
    if len(value) > MAX_REMINDERS:
        message = _("At most %d are allowed here.") % MAX_REMINDERS
        faults.append(Fault(code=ErrorCode.INVALID, message=message, path=path))
        return ()
    read = [_read_reminder(one, (*path, str(index)), faults) for index, one in enumerate(value)]
    return tuple(one for one in read if one is not None)


def _read_reminder(value: Any, path: Path, faults: list[Fault]) -> Duration | None:
    if value is None:
        faults.append(Fault(code=ErrorCode.REQUIRED, message=_("A duration is missing here."), path=path))
    return read_duration(value, path, faults)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Until when an approval has to be decided, counted from when it is asked.

    Each field is a key of the stored JSON, in which durations are texts.
    """

    after: Annotated[
        Duration,
        Parameter(
            kind=Kind.DURATION,
            read=read_duration,
            label=gettext_lazy("Time to decide"),
            description="How long there is to decide, as an ISO 8601 duration such as PT8H or P2D",
            rule="more than nothing and at most 3660 days, without years and months",
            shown="in one spelling: P14D for P2W",
            required=True,
            missing=gettext_lazy("A deadline must say after how long it is."),
        ),
    ]
    working_time: Annotated[
        bool,
        Parameter(
            kind=Kind.FLAG,
            read=read_flag,
            label=gettext_lazy("In working time"),
            description="Whether working time alone counts, by the project's calendar; for the reminders, too",
        ),
    ] = False
    remind_before: Annotated[
        tuple[Duration, ...],
        Parameter(
            kind=Kind.DURATIONS,
            read=read_reminders,
            label=gettext_lazy("Reminders"),
            description="How long before it is due whoever is asked is reminded",
            rule=f"at most {MAX_REMINDERS} durations, each shorter than after, none of them twice",
        ),
    ] = ()
    on_timeout: Annotated[
        TimeoutAction,
        Parameter(
            kind=Kind.CHOICE,
            read=one_of(TimeoutAction),
            label=gettext_lazy("When the time is up"),
            description="What happens where nobody has decided in time",
            choices=TimeoutAction,
        ),
    ] = TimeoutAction.NOTIFY
    fallback_user: Annotated[
        Key | None,
        Parameter(
            kind=Kind.KEY,
            read=read_key,
            label=gettext_lazy("Person who is asked then"),
            description="The user who is asked when the time is up",
            created="for FALLBACK alone; the same as fallbackUser of the approval, of which one of the two is enough",
            names="user",
        ),
    ] = None
    fallback_role: Annotated[
        Key | None,
        Parameter(
            kind=Kind.KEY,
            read=read_key,
            label=gettext_lazy("Role that is asked then"),
            description="The role whose members are asked when the time is up, any one of whom may decide",
            created="for FALLBACK alone; the same as fallbackRole of the approval, of which one of the two is enough",
            names="role",
        ),
    ] = None

    def as_json(self) -> dict[str, Any]:
        """The form that is stored within an approval; what is as usual has no key."""
        usual = {field.name: field.default for field in fields(self)}
        said = {name: value for name, value in vars(self).items() if value != usual[name]}
        return {name: _written(value) for name, value in said.items()}


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, TimeoutAction):
        return value.value
    return str(value) if isinstance(value, Duration) else value


def read_deadline(value: Any, path: Path, faults: list[Fault]) -> Deadline | None:
    """The deadline of an approval's JSON; None, and every fault, where it cannot work."""
    given = _given(value, path, faults)
    if given is None:
        return None
    wrong: list[Fault] = []
    values = read_keys(given, declared(Deadline), path, wrong)
    if not wrong:
        wrong = [*_faults_together(Deadline(**values), path)]
    faults += wrong
    return None if wrong else Deadline(**values)


DEADLINE: Final = Parameter(
    kind=Kind.DEADLINE,
    read=read_deadline,
    label=gettext_lazy("Deadline"),
    description="Until when it has to be decided, and what happens where nobody does",
    created="left out: it waits for as long as it takes",
    shown="null: it waits for as long as it takes",
)


def _given(value: Any, path: Path, faults: list[Fault]) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("A deadline must be a JSON object."), path=path))
        return None
    unknown = value.keys() - declared(Deadline).keys()
    if unknown:
        key = shown(min(map(str, unknown)))
        message = _("A deadline has no key “%s”.") % key
        faults.append(Fault(code=ErrorCode.INVALID, message=message, path=(*path, key)))
        return None
    return {name: one for name, one in value.items() if one is not None}


def _faults_together(deadline: Deadline, path: Path) -> Iterator[Fault]:
    """What is wrong with values that could be read one by one."""
    yield from _faults_of_reminders(deadline, (*path, "remind_before"))
    named = [name for name in FALLBACKS if getattr(deadline, name) is not None]
    if deadline.on_timeout != TimeoutAction.FALLBACK:
        yield from _needless(named, path)
    else:
        yield from faults_of_both(named, path)


def faults_beside(deadline: Deadline | None, owner: Any, path: Path) -> Iterator[Fault]:
    """What is wrong with the fallback of an approval, whose values are in `owner`, and that of its deadline.

    There is one for both: named in one of the two places, and needed where the deadline asks it.
    """
    own = [name for name in FALLBACKS if owner.get(name) is not None]
    yield from faults_of_both(own, path)
    if deadline is None or deadline.on_timeout != TimeoutAction.FALLBACK:
        return
    named = [name for name in FALLBACKS if getattr(deadline, name) is not None]
    if own and named:
        message = _("The approval names already who is asked instead; name it once.")
        yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, "deadline", named[0]))
    elif not own and not named:
        message = _("Say who is asked when the time is up: a person or a role.")
        yield Fault(code=ErrorCode.REQUIRED, message=message, path=(*path, "deadline", "fallback_user"))


def _needless(named: Iterable[str], path: Path) -> Iterator[Fault]:
    for name in named:
        message = _("Nobody else is asked when the time is up, unless that is what happens then.")
        yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, name))


def _faults_of_reminders(deadline: Deadline, path: Path) -> Iterator[Fault]:
    """A fault for each reminder that could not come, or comes twice.

    How long a working day is only the calendar knows, for each day: to compare two durations a day is twenty-four
    hours, in working time, too; P1D and PT24H are twice the same in elapsed time alone.
    """
    earlier: set[Any] = set()
    for index, reminder in enumerate(deadline.remind_before):
        known: Any = reminder if deadline.working_time else reminder.elapsed
        if reminder.elapsed >= deadline.after.elapsed:
            message = _("A reminder must be shorter than the time to decide.")
            yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, str(index)))
        elif known in earlier:
            message = _("The same reminder is there twice.")
            yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, str(index)))
        earlier.add(known)
