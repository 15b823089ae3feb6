"""What the duty rules of a template make impossible, whatever object it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from django_workflow_engine.choices import ApprovalTypes, DutyRule
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.strategies import Position, route_of_tree


def asked_in_vain(tree: WorkflowTree) -> Iterator[tuple[int, ApprovalConfiguration]]:
    """The approvals, each with the place of its position in the route, that ask for a user who has decided by then.

    That is certain of a named user whom an earlier position asks and cannot go on without.
    """
    if DutyRule.DISTINCT_APPROVERS not in tree.duty_rules:
        return
    have_decided: set[str] = set()
    for place, position in enumerate(route_of_tree(tree).positions):
        named = [one for one in position.approvals if one.approval_type == ApprovalTypes.USER]
        yield from ((place, one) for one in named if str(one.approval_user) in have_decided)
        have_decided |= {str(one.approval_user) for one in named if _is_certain(one, position)}


def _is_certain(approval: ApprovalConfiguration, position: Position) -> bool:
    """Whether no run comes past the position without whoever this approval names."""
    may_pass = approval.condition is not None or approval.fallback is not None
    return not may_pass and not position.conditions and not position.asks_at_once
