"""How one value of a template is read: each reader gives what is stored, and appends what is wrong with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions import approval_keys
from django_workflow_engine.definitions.approvals import ApprovalConfiguration, parse_approval_list, with_json_keys
from django_workflow_engine.definitions.bounds import COLOR, MAX_APPROVALS, MAX_ORDER, MAX_STAGES, NAME_LENGTH
from django_workflow_engine.definitions.declared import Reader
from django_workflow_engine.definitions.values import KEY_LENGTH, json_problem, shown, text_problem, unstorable
from django_workflow_engine.errors import Fault, Path


def invalid(message: str, path: Path) -> Fault:
    """A value that cannot be used."""
    return Fault(code=ErrorCode.INVALID, message=message, path=path)


def missing(message: str, path: Path) -> Fault:
    """A value that must be given."""
    return Fault(code=ErrorCode.REQUIRED, message=message, path=path)


def as_many_as(most: int, items: Sequence[Any], path: Path, faults: list[Fault]) -> Sequence[Any]:
    """The items of a list that is not too long; of one that is none, for nobody reads them to the end."""
    if len(items) <= most:
        return items
    faults.append(invalid(_("At most %d are allowed here.") % most, path))
    return ()


def read_name(value: Any, path: Path, faults: list[Fault]) -> str:
    """A name that must be there."""
    name = read_optional_name(value, path, faults)
    if value is None or value == "" or (isinstance(value, str) and not name):
        faults.append(missing(_("A name is needed."), path))
    return name


def read_optional_name(value: Any, path: Path, faults: list[Fault]) -> str:
    """A name without blanks around it; none is the empty text."""
    return _read_short(value, _("A name has at most %d characters.") % NAME_LENGTH, path, faults).strip()


def read_text(value: Any, path: Path, faults: list[Fault]) -> str:
    """A text of any length that the settings allow; none is the empty text."""
    return _read_text(value, text_problem, path, faults)


def read_function_path(value: Any, path: Path, faults: list[Fault]) -> str:
    """A dotted path; whether it is registered is looked up later."""
    too_long = _("A function's path has at most %d characters.") % NAME_LENGTH
    text = _read_short(value, too_long, path, faults).strip()
    if value is None or value == "" or (isinstance(value, str) and not text):
        faults.append(missing(_("An action must name its function."), path))
    return text


def _read_short(value: Any, too_long: str, path: Path, faults: list[Fault]) -> str:
    """A text that a column of limited length takes; of a longer one no more than that is read."""
    if isinstance(value, str) and len(value) > NAME_LENGTH:
        faults.append(invalid(too_long, path))
        value = value[:NAME_LENGTH]
    return _read_text(value, unstorable, path, faults)


def _read_text(value: Any, problem_of: Callable[[str], str | None], path: Path, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        faults.append(invalid(_("This must be a text."), path))
        return ""
    problem = problem_of(value)
    if problem is not None:
        faults.append(invalid(problem, path))
    return value


def read_order(value: Any, path: Path, faults: list[Fault]) -> int:
    """A place among neighbours."""
    if value is None:
        faults.append(missing(_("An order must be given."), path))
    elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ORDER:
        faults.append(invalid(_("An order is a whole number from 0."), path))
    else:
        return value
    return 0


def read_number_of_stages(value: Any, path: Path, faults: list[Fault]) -> int | None:
    """How many empty stages to make; none is none."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        faults.append(invalid(_("This must be a whole number."), path))
    elif value is not None and not 0 <= value <= MAX_STAGES:
        faults.append(invalid(_("A pipeline has between 0 and %d stages.") % MAX_STAGES, path))
    else:
        return value
    return None


def read_color(value: Any, path: Path, faults: list[Fault]) -> str | None:
    """A colour as #rrggbb; none is the default one."""
    if value is not None and not (isinstance(value, str) and COLOR.fullmatch(value)):
        faults.append(invalid(_("A colour is written as #rrggbb."), path))
        return None
    return value


def read_flag(value: Any, path: Path, faults: list[Fault]) -> bool:
    """Yes or no."""
    if value is None:
        faults.append(missing(_("Yes or no must be given."), path))
        return False
    return approval_keys.read_flag(value, path, faults)


def read_json(value: Any, path: Path, faults: list[Fault]) -> Any:
    """Any JSON; none is the empty object."""
    problem = json_problem(value)
    if problem is not None:
        faults.append(invalid(problem, path))
        return {}
    return {} if value is None else value


def read_json_object(value: Any, path: Path, faults: list[Fault]) -> dict[str, Any]:
    """A JSON object; none is the empty one."""
    found = read_json(value, path, faults)
    if not isinstance(found, Mapping):
        faults.append(invalid(_("This must be a JSON object."), path))
        return {}
    return dict(found)


def read_approvals(value: Any, path: Path, faults: list[Fault]) -> tuple[ApprovalConfiguration, ...]:
    """The approvals of one position, in order."""
    if value is None:
        faults.append(missing(_("A list of approvals must be given; it may be empty."), path))
        return ()
    if isinstance(value, list | tuple):
        value = with_json_keys(as_many_as(MAX_APPROVALS, value, path, faults))
    problem = json_problem(value)
    if problem is not None:
        faults.append(invalid(problem, path))
        return ()
    return parse_approval_list(value, path=path, faults=faults)


def read_key(value: Any, path: Path, faults: list[Fault]) -> Any:
    """A primary key or none; whether the row exists is looked up later."""
    return None if value == "" else value


def read_text_key(value: Any, path: Path, faults: list[Fault]) -> str | None:
    """A primary key as text or none; whether the row exists is looked up later."""
    if isinstance(value, str) and len(value) > KEY_LENGTH:
        faults.append(invalid(_("A key has at most %d characters.") % KEY_LENGTH, path))
        return None
    return None if value in (None, "") else str(value)


def choice_of(choices: type[Choices]) -> Reader:
    """The reader of one of these values that must be given, written by value or by name, in any case."""
    read_any = approval_keys.one_of(choices)

    def read(value: Any, path: Path, faults: list[Fault]) -> Any:
        if value is None:
            faults.append(missing(_("A value must be given."), path))
            return None
        return read_any(value, path, faults)

    return read


def several_of(choices: type[Choices]) -> Reader:
    """The reader of a list of these values; none, or an empty one, is none of them."""
    read_any = approval_keys.one_of(choices)

    def read(value: Any, path: Path, faults: list[Fault]) -> Any:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            faults.append(invalid(_("This must be a list."), path))
            return ()
        items = as_many_as(2 * len(choices), value, path, faults)
        found = {read_any(item, (*path, str(index)), faults) for index, item in enumerate(items)}
        return tuple(choice for choice in choices if choice in found)  # in one order: it is part of the fingerprint

    return read


def read_required_approvals(value: Any, path: Path, faults: list[Fault]) -> int | None:
    """How many approvals of a position are enough; none is all of them."""
    return None if value is None else approval_keys.whole_number_up_to(MAX_APPROVALS)(value, path, faults)


def one_of(choices: type[Choices]) -> Reader:
    """The reader of one of these stored values."""

    def read(value: Any, path: Path, faults: list[Fault]) -> Any:
        if value is None:
            faults.append(missing(_("A value must be given."), path))
        elif isinstance(value, bool) or not isinstance(value, str | int) or value not in choices.values:
            facts = {"value": shown(value), "allowed": ", ".join(map(str, choices.values))}
            faults.append(invalid(_("“%(value)s” is none of: %(allowed)s.") % facts, path))
        else:
            return choices(value)
        return value

    return read
