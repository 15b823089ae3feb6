"""How one value of a template is read: each reader gives what is stored, and appends what is wrong with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Choices
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ActionType, ErrorCode, WorkflowStatus
from django_workflow_engine.definitions.approvals import ApprovalConfiguration, parse_approval_list
from django_workflow_engine.definitions.specs import COLOR, MAX_APPROVALS, MAX_ORDER, NAME_LENGTH
from django_workflow_engine.definitions.values import json_problem, text_problem
from django_workflow_engine.errors import Fault, Path

Reader = Callable[[Any, Path, list[Fault]], Any]


def invalid(message: str, path: Path) -> Fault:
    """A value that cannot be used."""
    return Fault(code=ErrorCode.INVALID, message=message, path=path)


def missing(message: str, path: Path) -> Fault:
    """A value that must be given."""
    return Fault(code=ErrorCode.REQUIRED, message=message, path=path)


def check_count(items: Sequence[Any], most: int, path: Path, faults: list[Fault]) -> None:
    """Note a list that is too long."""
    if len(items) > most:
        faults.append(invalid(_("At most %d are allowed here.") % most, path))


def read_name(value: Any, path: Path, faults: list[Fault]) -> str:
    """A name that must be there."""
    name = read_optional_name(value, path, faults)
    if value is None or value == "" or (isinstance(value, str) and not name):
        faults.append(missing(_("A name is needed."), path))
    return name


def read_optional_name(value: Any, path: Path, faults: list[Fault]) -> str:
    """A name without blanks around it; none is the empty text."""
    name = read_text(value, path, faults)
    if len(name) > NAME_LENGTH:
        faults.append(invalid(_("A name has at most %d characters.") % NAME_LENGTH, path))
    return name.strip()


def read_text(value: Any, path: Path, faults: list[Fault]) -> str:
    """Any text that a database can store; none is the empty text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        faults.append(invalid(_("This must be a text."), path))
        return ""
    problem = text_problem(value)
    if problem is not None:
        faults.append(invalid(problem, path))
    return value


def read_function_path(value: Any, path: Path, faults: list[Fault]) -> str:
    """A dotted path; whether it is registered is looked up later."""
    text = read_text(value, path, faults).strip()
    if value is None or value == "" or (isinstance(value, str) and not text):
        faults.append(missing(_("An action must name its function."), path))
    if len(text) > NAME_LENGTH:
        faults.append(invalid(_("A function's path has at most %d characters.") % NAME_LENGTH, path))
    return text


def read_order(value: Any, path: Path, faults: list[Fault]) -> int:
    """A place among neighbours."""
    if value is None:
        faults.append(missing(_("An order must be given."), path))
    elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ORDER:
        faults.append(invalid(_("An order is a whole number from 0."), path))
    else:
        return value
    return 0


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
    elif not isinstance(value, bool):
        faults.append(invalid(_("This must be yes or no."), path))
    return bool(value)


def read_json(value: Any, path: Path, faults: list[Fault]) -> Any:
    """Any JSON; none is the empty object."""
    problem = json_problem(value)
    if problem is not None:
        faults.append(invalid(problem, path))
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
    found = parse_approval_list(value, path=path, faults=faults)
    if isinstance(value, list | tuple):
        check_count(value, MAX_APPROVALS, path, faults)
    return found


def read_key(value: Any, path: Path, faults: list[Fault]) -> Any:
    """A primary key or none; whether the row exists is looked up later."""
    return None if value == "" else value


def read_text_key(value: Any, path: Path, faults: list[Fault]) -> str | None:
    """A primary key as text or none; whether the row exists is looked up later."""
    return None if value in (None, "") else str(value)


def one_of(choices: type[Choices]) -> Reader:
    """The reader of one of these stored values."""

    def read(value: Any, path: Path, faults: list[Fault]) -> Any:
        if value is None:
            faults.append(missing(_("A value must be given."), path))
        elif not isinstance(value, str) or value not in choices.values:
            facts = {"value": value, "allowed": ", ".join(choices.values)}
            faults.append(invalid(_("“%(value)s” is none of: %(allowed)s.") % facts, path))
        else:
            return choices(value)
        return value

    return read


READERS: Final[Mapping[str, Reader]] = {
    "name_en": read_name,
    "name_ar": read_optional_name,
    "description": read_text,
    "company_id": read_key,
    "status": one_of(WorkflowStatus),
    "order": read_order,
    "department_id": read_text_key,
    "color": read_color,
    "is_active": read_flag,
    "form_info": read_json,
    "approvals": read_approvals,
    "action_type": one_of(ActionType),
    "function_path": read_function_path,
    "parameters": read_json_object,
}
