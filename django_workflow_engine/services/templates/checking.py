"""What is wrong with a new template or with changes of one. Nothing here writes, so forms may ask beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from types import SimpleNamespace
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf, registry
from django_workflow_engine.approvals.forms import form_problems
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.conditions.checking import faults_for_any
from django_workflow_engine.definitions.bounds import MAX_ORDER
from django_workflow_engine.definitions.building import (
    Reference,
    build_tree,
    conditions_in,
    conditions_of,
    deadlines_in,
    deadlines_of,
    functions_of,
    info_with,
    referenced,
    referenced_by,
)
from django_workflow_engine.definitions.changes import Changes, read_changes
from django_workflow_engine.definitions.conditions.expressions import Expression
from django_workflow_engine.definitions.declared import read_from_info
from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.definitions.shaping import shaped
from django_workflow_engine.definitions.sizes import approvals_in, first_of_everything, growth_faults, parts_of
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault, InvalidDefinition, InvalidInput, Path
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.sizes import stored_count
from django_workflow_engine.strategies import Strategy, strategy_for
from django_workflow_engine.working_time.checking import calendar_faults

_ROW_FIELDS: Final = ("company_id", "department_id")


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise InvalidDefinition with every fault; nothing when there is none."""
    if faults:
        raise InvalidDefinition(faults)


def check_kind(value: Any, kind: type[Any], name: str) -> None:
    """Raise InvalidInput unless this is what the verb takes: a specification, changes, or a list of keys."""
    if not isinstance(value, kind) or isinstance(value, str | bytes):
        raise InvalidInput(_("This must be %s.") % kind.__name__, path=(name,))


def check_spec(spec: WorkflowSpec, *, into: WorkFlow | None = None) -> tuple[WorkflowTree, list[Fault]]:
    """The tree that a spec describes, and everything that is wrong with it; `into` is the template that it adds to.

    Of one that is too large no more is read than that.
    """
    faults: list[Fault] = []
    spec = shaped(spec, faults)
    too_large = growth_faults(parts_of(spec), _counts_of(into))
    faults += too_large
    if too_large:
        spec = first_of_everything(spec)
    tree = build_tree(spec, faults)
    faults += strategy_for(spec.strategy).structure_faults(tree)
    faults += faults_for_any([*conditions_of(tree)])
    faults += calendar_faults(deadlines_of(tree))
    faults += row_faults([*referenced(tree), *_rows_named_by({"company_id": spec.company_id})])
    faults += unregistered(functions_of(tree))
    return tree, faults


def check_changes(
    changes: Changes, *, level: str, strategy: Strategy, taken: Collection[int] = ()
) -> tuple[dict[str, Any], list[Fault]]:
    """The values to store, by field, and everything that is wrong with the changes of a row.

    `level` is "workflow", "pipeline", "stage" or "action"; `taken` are the orders of the row's neighbours.
    """
    faults: list[Fault] = []
    values = read_changes(changes, faults)
    approvals = values.get("approvals", ())
    faults += strategy.approval_faults(approvals, level=level, path=("approvals",))
    faults += faults_for_any([*conditions_in(approvals, ()), *_own_condition(values)])
    faults += calendar_faults(deadlines_in(approvals, ()))
    if "order" in values:
        faults += order_faults(values["order"], taken, ("order",))
    faults += row_faults([*referenced_by(approvals, ()), *_rows_named_by(values)])
    if "function_path" in values:
        faults += unregistered([(("function_path",), values["function_path"])])
    return values, faults


def _own_condition(values: dict[str, Any]) -> Iterable[tuple[Path, Expression]]:
    return [] if values.get("condition") is None else [(("condition",), values["condition"])]


def info_faults(workflow: WorkFlow, values: dict[str, Any], info: Any, *, level: str, spec: type[Any]) -> list[Fault]:
    """What changes of a row make wrong beside what its info object keeps: approvals that are too many for the template,
    and how they are asked."""
    more = len(values.get("approvals", ())) - approvals_in(info)
    too_many = growth_faults([("approvals", ("approvals",), more)] if more > 0 else [], _counts_of(workflow))
    asking = SimpleNamespace(**read_from_info(info_with(info, values, spec), spec, path=(), faults=[]))
    changed = any(name in values for name in ("approvals", "approval_mode", "required_approvals", "on_reject"))
    strategy = strategy_for(workflow.strategy)
    return [*too_many, *(strategy.asking_faults(asking, level=level, path=()) if changed else ())]


def _counts_of(workflow: WorkFlow | None) -> Callable[[str], int]:
    return lambda kind: 0 if workflow is None else stored_count(workflow, kind)


def order_faults(order: int, taken: Collection[int], path: Path) -> list[Fault]:
    """The fault of an order that a neighbour has already: nobody is moved to make room."""
    if not isinstance(order, int) or order not in taken:  # what is no number is told where it is read
        return []
    message = _("A neighbour has the order %d already.") % order
    return [Fault(code=ErrorCode.CONFLICT, message=message, path=path)]


def order_after(taken: Collection[int]) -> int:
    """The order behind the last neighbour, as far as there is one."""
    return min(max(taken, default=-1) + 1, MAX_ORDER)


def sibling_faults(order: int | None, taken: Collection[int], most: int, path: Path) -> list[Fault]:
    """What stands in the way of one more row at this order beside its neighbours."""
    if len(taken) >= most:
        return [invalid(_("At most %d are allowed here.") % most, path)]
    if order is None:
        full = MAX_ORDER in taken
        return [invalid(_("There is no order left behind the last one."), (*path, "order"))] if full else []
    return order_faults(order, taken, (*path, "order"))


def relocated(faults: Iterable[Fault], *, inside: Path, to: Path) -> list[Fault]:
    """The faults of a part that was checked inside a whole tree, with the paths of the part's own input."""
    moved = []
    for fault in faults:
        rest = fault.path[len(inside) :] if fault.path[: len(inside)] == inside else ()
        moved.append(Fault(code=fault.code, message=fault.message, path=(*to, *rest)))
    return moved


def department_type_id() -> int | None:
    """The content type of departments, whose model the settings name."""
    model = conf.department_model()
    return ContentType.objects.get_for_model(model).pk if model else None


def _rows_named_by(values: dict[str, Any]) -> list[Reference]:
    return [((name,), name, values[name]) for name in _ROW_FIELDS if values.get(name) not in (None, "")]


def row_faults(references: Sequence[Reference]) -> list[Fault]:
    """A fault for each row that is named and does not exist, and for each form that no data can be checked against."""
    forms = [(path, key) for path, name, key in references if name == "required_form"]
    return [*_missing_rows(references), *_unusable_forms(forms)]


def _unusable_forms(named: Sequence[tuple[Path, Any]]) -> list[Fault]:
    problems = form_problems([key for _path, key in named])
    return [invalid(problems[key], path) for path, key in named if key in problems]


def _missing_rows(references: Iterable[Reference]) -> list[Fault]:
    """A fault for each user, role, form, department or company that is named and does not exist."""
    wanted: dict[type[Model] | None, list[tuple[Path, Any]]] = defaultdict(list)
    models = {
        "approval_user": get_user_model(),
        "fallback_user": get_user_model(),
        "company_id": get_user_model(),
        "user_role": conf.role_model(),
        "fallback_role": conf.role_model(),
        "required_form": conf.form_model(),
        "department_id": conf.department_model(),
    }
    for path, name, key in references:
        wanted[models[name]].append((path, key))
    return [
        Fault(code=ErrorCode.NOT_FOUND, message=_("There is no such row."), path=path)
        for model, entries in wanted.items()
        for path in _unknown(model, entries)
    ]


def _unknown(model: type[Model] | None, entries: list[tuple[Path, Any]]) -> list[Path]:
    """The paths whose key belongs to no row of the model; one statement."""
    keys = {to_primary_key(model, key) for _path, key in entries} - {None} if model else set()
    known = set(model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)) if model and keys else set()
    return [path for path, key in entries if model is None or to_primary_key(model, key) not in known]


def unregistered(functions: Iterable[tuple[Path, str]]) -> list[Fault]:
    """A fault for each function that no action may name."""
    return [
        Fault(code=ErrorCode.ACTION_NOT_REGISTERED, message=_("“%s” is not registered.") % function, path=path)
        for path, function in functions
        if function and not registry.is_registered(function)
    ]
