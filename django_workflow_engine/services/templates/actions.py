"""The actions of a template, a pipeline or a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.bounds import MAX_ACTIONS
from django_workflow_engine.definitions.changes import ActionChanges
from django_workflow_engine.definitions.specs import ActionSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import ActionNode
from django_workflow_engine.errors import Fault, InvalidInput, ValueMissing
from django_workflow_engine.models import WorkflowAction
from django_workflow_engine.services.templates.activity import touch
from django_workflow_engine.services.templates.checking import (
    check_changes,
    check_kind,
    check_spec,
    order_after,
    raise_faults,
    relocated,
    sibling_faults,
)
from django_workflow_engine.services.templates.locking import (
    locked_action,
    locked_pipeline,
    locked_stage,
    locked_workflow,
    workflow_of,
)
from django_workflow_engine.services.templates.writing import delete, write
from django_workflow_engine.services.versions import action_rows
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import verb

_ALONE: Final = "-"  # the name of the workflow in which an action is checked by itself
_OWNERS: Final[Mapping[str, Callable[..., Any]]] = {
    "workflow": locked_workflow,
    "pipeline": locked_pipeline,
    "stage": locked_stage,
}


@verb
def create_action(
    *,
    action: ActionSpec,
    workflow_id: Any = None,
    pipeline_id: Any = None,
    stage_id: Any = None,
    actor: Any = None,
) -> WorkflowAction:
    """Add an action to exactly one of the three, behind its last one unless its order says otherwise.

    Actions may share an order; those that do run in the order of their ids. Raises NotFound, Frozen, ValueMissing
    and InvalidInput for none or two owners, and InvalidDefinition with every fault below ("action",).
    """
    check_kind(action, ActionSpec, "action")
    owner = _locked_owner({"workflow": workflow_id, "pipeline": pipeline_id, "stage": stage_id})
    node, faults = check_new_action(owner, action)
    raise_faults(faults)
    (row,) = action_rows([node], **owner)
    write(row, {})
    touch(workflow_of(row), actor)
    return row


@verb
def update_action(*, id: Any, changes: ActionChanges, actor: Any = None) -> WorkflowAction:
    """Change an action; it stays where it is. Raises NotFound, Frozen, and InvalidDefinition with every fault."""
    check_kind(changes, ActionChanges, "changes")
    action = locked_action(id, path=("id",))
    values, faults = check_action_changes(action, changes)
    raise_faults(faults)
    write(action, values)
    touch(workflow_of(action), actor)
    return action


@verb
def delete_action(*, id: Any, actor: Any = None) -> None:
    """Delete an action. Raises NotFound and Frozen."""
    action = locked_action(id, path=("id",))
    workflow = workflow_of(action)
    delete(action)
    touch(workflow, actor)


def check_new_action(owner: Mapping[str, Any], action: ActionSpec) -> tuple[ActionNode, list[Fault]]:
    """The new action, and everything that is wrong with it; `owner` is its one owner under its kind's name."""
    orders = list(WorkflowAction.objects.filter(**owner).values_list("order", flat=True))
    full = action.order is None or len(orders) >= MAX_ACTIONS
    crowded = sibling_faults(None, orders, MAX_ACTIONS, ("action",)) if full else []
    placed = action if action.order is not None else replace(action, order=order_after(orders))
    workflow = workflow_of(WorkflowAction(**owner))
    tree, faults = check_spec(WorkflowSpec(name_en=_ALONE, actions=[placed]), into=workflow)
    return tree.actions[0], [*crowded, *relocated(faults, inside=("actions", "0"), to=("action",))]


def check_action_changes(action: WorkflowAction, changes: ActionChanges) -> tuple[dict[str, Any], list[Fault]]:
    """The values to store and everything that is wrong with these changes of an action."""
    return check_changes(changes, level="action", strategy=strategy_for(workflow_of(action).strategy))


def _locked_owner(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The one owner that was named, under its kind's name."""
    named = [kind for kind, key in keys.items() if key is not None]
    message = _("An action belongs to exactly one workflow, pipeline or stage.")
    if not named:
        raise ValueMissing(message, path=("workflow_id",))
    if len(named) > 1:
        raise InvalidInput(message, path=(f"{named[1]}_id",))
    (kind,) = named
    return {kind: _OWNERS[kind](keys[kind], path=(f"{kind}_id",))}
