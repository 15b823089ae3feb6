"""Objects by global id, among those that the viewer may see: what one may not see does not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import Pipeline as PipelineRow
from django_workflow_engine.models import Stage as StageRow
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models import WorkflowAction as ActionRow
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.objects import text_of
from gql_workflows.context import Context
from gql_workflows.dataloaders.forms import found_form
from gql_workflows.ids import required_key, split
from gql_workflows.types.actions import WorkflowAction, actions_in
from gql_workflows.types.forms import Form
from gql_workflows.types.people import Department, Role
from gql_workflows.types.workflows import Pipeline, stages_in

Finder = Callable[[Context, Sequence[str]], Mapping[str, Any]]


def find_nodes(context: Context, ids: Sequence[str]) -> list[Any]:
    """The objects with these global ids, None where there is none; a constant number of statements for each type."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for type_name, key in filter(None, map(split, ids)):
        wanted[type_name].append(key)
    found = {name: _FINDERS[name](context, keys) for name, keys in wanted.items() if name in _FINDERS}
    return [_pick(found, split(value)) for value in ids]


def _pick(found: Mapping[str, Mapping[str, Any]], parts: tuple[str, str] | None) -> Any:
    return None if parts is None else found.get(parts[0], {}).get(parts[1])


@dataclass(frozen=True, kw_only=True)
class Part:
    """A workflow, or a part of one: its primary key, and the row of the workflow that it belongs to."""

    key: Any
    workflow: WorkFlow


def find_part(context: Context, type_name: str, value: str, *path: str) -> Part:
    """The workflow, pipeline, stage or action with this global id; raises NotFound at the path."""
    key = required_key(value, type_name, _MODELS[type_name], *path)
    row = _workflows_of(context, type_name, [key]).first()
    if row is None:
        raise NotFound(_("There is no such row."), path=path)
    return Part(key=key, workflow=row)


_MODELS: Final[Mapping[str, type[Model]]] = {
    "Workflow": WorkFlow,
    "Pipeline": PipelineRow,
    "Stage": StageRow,
    "WorkflowAction": ActionRow,
}
_WORKFLOW_ID: Final[Mapping[str, Any]] = {
    "Workflow": F("pk"),
    "Pipeline": F("workflow"),
    "Stage": F("pipeline__workflow"),
    "WorkflowAction": Coalesce("workflow", "pipeline__workflow", "stage__pipeline__workflow"),
}


def _workflows_of(context: Context, type_name: str, keys: Collection[Any]) -> QuerySet[WorkFlow]:
    """The visible workflows that these parts belong to."""
    parts = _MODELS[type_name]._default_manager.filter(pk__in=keys).order_by()
    return context.policy.workflows(context.user).filter(pk__in=parts.values_list(_WORKFLOW_ID[type_name]))


def rows_by_key(queryset: QuerySet[Any] | None, keys: Iterable[str]) -> dict[str, Any]:
    """The rows of the queryset by their primary keys as text; one statement."""
    if queryset is None:
        return {}
    wanted = _keys(queryset.model, keys)
    return {str(row.pk): row for row in queryset.filter(pk__in=wanted)} if wanted else {}


def _workflows(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.workflows(context.user), keys)


def _workflows_with(context: Context, type_name: str, keys: Collection[Any]) -> list[tuple[WorkFlow, WorkflowTree]]:
    """The visible workflows that hold one of these parts, each with its content."""
    rows = {row.pk: row for row in _workflows_of(context, type_name, keys)}
    trees = contents_of_rows(rows.values())
    return [(rows[pk], tree) for pk, tree in trees.items()]


def _pipelines(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    wanted = _keys(PipelineRow, keys)
    held = _workflows_with(context, "Pipeline", wanted)
    return {str(node.id): Pipeline.of(node, row) for row, tree in held for node in tree.pipelines if node.id in wanted}


def _stages(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    wanted = _keys(StageRow, keys)
    held = _workflows_with(context, "Stage", wanted)
    return {str(stage.id): stage for row, tree in held for stage in stages_in(row, tree) if stage.id in wanted}


def _actions(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    wanted, policy = _keys(ActionRow, keys), context.policy
    held = _workflows_with(context, "WorkflowAction", wanted)
    shown = [tree for row, tree in held if policy.sees_actions(context.user, row.company_id)]
    return {str(node.id): WorkflowAction.of(node) for tree in shown for node in actions_in(tree) if node.id in wanted}


def _keys(model: type[Model], keys: Iterable[str]) -> set[Any]:
    return {to_primary_key(model, key) for key in keys} - {None}


def _attachments(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.attachments(context.user).select_related("workflow"), keys)


def _steps(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.steps(context.user), keys)


def _events(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.events(context.user), keys)


def _action_runs(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.action_runs(context.user), keys)


def _start_rules(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.start_rules(context.user), keys)


def _substitutions(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    return rows_by_key(context.policy.substitutions(context.user), keys)


def _users(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    people, seen = context.policy.people_to_name(context.user), context.policy.users(context.user)
    named = rows_by_key(seen, keys)
    return named | rows_by_key(people, set(keys) - set(named))


def _roles(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    seen = rows_by_key(context.policy.roles(context.user), keys)
    seen |= rows_by_key(context.policy.roles_to_name(context.user), set(keys) - set(seen))
    return {key: Role.of((key, text_of(role))) for key, role in seen.items()}


def _forms(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    rows = rows_by_key(context.policy.forms_to_name(context.user), keys)
    return {key: Form.of(found_form(form)) for key, form in rows.items()}


def _departments(context: Context, keys: Sequence[str]) -> dict[str, Any]:
    rows = rows_by_key(context.policy.departments_to_name(context.user), keys)
    return {key: Department.of(department) for key, department in rows.items()}


_FINDERS: Final[Mapping[str, Finder]] = {
    "ActionRun": _action_runs,
    "ApprovalStep": _steps,
    "Department": _departments,
    "Form": _forms,
    "Pipeline": _pipelines,
    "Role": _roles,
    "Stage": _stages,
    "StartRule": _start_rules,
    "Substitution": _substitutions,
    "User": _users,
    "Workflow": _workflows,
    "WorkflowAction": _actions,
    "WorkflowAttachment": _attachments,
    "WorkflowEvent": _events,
}
NODE_TYPES: Final = frozenset(_FINDERS)
