"""What is wrong with a template now: in itself, and among the people, models and functions that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers.named import no_user
from django_workflow_engine.approvals.approvers.sharing import shortage
from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.approvals.eligibility import HIERARCHIES
from django_workflow_engine.approvals.fallbacks import Lack, look_up
from django_workflow_engine.approvals.known_people import CommonPeople
from django_workflow_engine.choices import ApprovalTypes, ProblemCode, ProblemSeverity
from django_workflow_engine.conditions.checking import faults_for_any
from django_workflow_engine.conditions.reachable import may_be_asked
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.approver_types import project_type
from django_workflow_engine.definitions.building import Reference, conditions_of, functions_of, referenced
from django_workflow_engine.definitions.conditions.expressions import All, Expression
from django_workflow_engine.definitions.tree import WorkflowTree, carriers
from django_workflow_engine.errors import Fault, Path
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.arguments import check_workflow
from django_workflow_engine.models.attachable import attachable_models
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.templates.checking import row_faults, unregistered
from django_workflow_engine.services.templates.duties import asked_in_vain
from django_workflow_engine.strategies import strategy_for

_ROWS: Final = {"required_form": ProblemCode.FORM_UNUSABLE, "department_id": ProblemCode.DEPARTMENT_MISSING}
_WARNINGS: Final = frozenset(
    (ProblemCode.CONDITION_UNREADABLE, ProblemCode.NEVER_ASKED, ProblemCode.FUNCTION_NOT_REGISTERED)
)


@dataclass(frozen=True, kw_only=True)
class TemplateProblem:
    """One thing that is wrong: of what kind, how bad, a sentence in the active language, and where in the template."""

    code: ProblemCode
    severity: ProblemSeverity
    message: str
    path: Path


def template_problems(workflow: WorkFlow) -> list[TemplateProblem]:
    """Everything that is wrong with a template, or a frozen version, now; errors before warnings.

    An error is what a run would be refused for, or stand still at; whether a template may be activated is asked of its
    completeness alone, for roles are filled and forms are made later. Raises InvalidInput for what is no workflow.
    """
    check_workflow(workflow, "workflow")
    return problems_of_all([workflow]).get(workflow.pk, [])


def problems_of_all(workflows: Sequence[WorkFlow]) -> dict[Any, list[TemplateProblem]]:
    """The problems of several by primary key, in as many statements as of one."""
    trees = contents_of_rows(workflows)
    now = _Now(trees)
    found = {key: [*_in_itself(tree), *_beside_it(key, tree, now)] for key, tree in trees.items()}
    return {key: sorted(problems, key=_is_warning) for key, problems in found.items()}


def _is_warning(problem: TemplateProblem) -> bool:
    return problem.severity == ProblemSeverity.WARNING


def _problem(
    code: ProblemCode, message: str, path: Path, *, severity: ProblemSeverity | None = None
) -> TemplateProblem:
    usual = ProblemSeverity.WARNING if code in _WARNINGS else ProblemSeverity.ERROR
    return TemplateProblem(code=code, severity=severity or usual, message=message, path=path)


def _in_itself(tree: WorkflowTree) -> Iterator[TemplateProblem]:
    strategy = strategy_for(tree.strategy)
    for fault in (*tree.faults, *strategy.structure_faults(tree)):
        yield _problem(ProblemCode.UNREADABLE, fault.message, fault.path)
    for fault in strategy.completeness_faults(tree):
        yield _problem(ProblemCode.INCOMPLETE, fault.message, fault.path)


def _beside_it(key: Any, tree: WorkflowTree, now: _Now) -> Iterator[TemplateProblem]:
    for path, position, approval in _asked(tree):
        yield from _without_people(approval, position, path, now.people)
    positions = [*_positions(tree)]
    for place, approval in asked_in_vain(tree):
        path, node = positions[place]
        facts = {"position": node.shown_name, "reason": Bar.DISTINCT_APPROVERS.because}
        message = _("Nobody can decide “%(position)s”: %(reason)s.") % facts
        where = (*path, "approvals", str(approval.index), "approval_user")
        yield _problem(ProblemCode.BARRED, message, where, severity=_severity(approval, now.people))
    for fault in now.rows_missing.get(key, ()):
        yield _of_a_row(tree, fault)
    for fault in faults_for_any([*conditions_of(tree)]):
        yield _problem(ProblemCode.CONDITION_UNREADABLE, fault.message, fault.path)
    for path, name, condition in _conditioned(tree):
        if not may_be_asked(condition, now.models):
            message = _("“%s” is never asked: its condition can never hold.") % name
            yield _problem(ProblemCode.NEVER_ASKED, message, (*path, "condition"))
    for fault in unregistered(functions_of(tree)):
        yield _problem(ProblemCode.FUNCTION_NOT_REGISTERED, fault.message, fault.path)


def _without_people(
    approval: ApprovalConfiguration, position: str, path: Path, known: CommonPeople
) -> Iterator[TemplateProblem]:
    """Whom the approval could not ask, and whom not instead: runs go on as long as one of the two can be."""
    lack = _lack(approval, known)
    if lack is not None:
        severity = _severity(approval, known)
        text = _("Nobody can decide “%(position)s”: %(reason)s.")
        if severity == ProblemSeverity.WARNING:
            text = _("The fallback of “%(position)s” is asked: %(reason)s.")
        message = text % {"position": position, "reason": lack[2]}
        yield _problem(lack[0], message, (*path, lack[1]), severity=severity)
    found = None if approval.fallback is None else look_up(approval.fallback, known)
    if isinstance(found, Lack):
        facts = {"position": position, "reason": found.reason}
        message = _("Nobody can be asked instead for “%(position)s”: %(reason)s.") % facts
        yield _problem(found.code, message, (*path, *found.path), severity=ProblemSeverity.WARNING)


def _severity(approval: ApprovalConfiguration, known: CommonPeople) -> ProblemSeverity:
    """How bad it is that nobody whom the approval asks can decide it."""
    helps = approval.fallback is not None and not isinstance(look_up(approval.fallback, known), Lack)
    return ProblemSeverity.WARNING if helps else ProblemSeverity.ERROR


class _Now:
    """The rows that several templates name, as they are now; each kind is read once for all of them."""

    def __init__(self, trees: Mapping[Any, WorkflowTree]) -> None:
        self._trees = trees
        approvals = [one for tree in trees.values() for _p, _n, one in _asked(tree)]
        self.people = CommonPeople(approvals, looking=True)

    @cached_property
    def models(self) -> list[type[Model]]:
        """The models that may take workflows."""
        return attachable_models()

    @cached_property
    def rows_missing(self) -> dict[Any, list[Fault]]:
        """The forms and departments that are gone or cannot be used, by the template that names them."""
        keys = [*self._trees]
        named: list[Reference] = [
            ((str(place), *path), name, value)
            for place, tree in enumerate(self._trees.values())
            for path, name, value in referenced(tree)
            if name in _ROWS
        ]
        found: dict[Any, list[Fault]] = {}
        for fault in row_faults(named):
            place, *path = fault.path
            told = Fault(code=fault.code, message=fault.message, path=tuple(path))
            found.setdefault(keys[int(place)], []).append(told)
        return found


def _asked(tree: WorkflowTree) -> Iterator[tuple[Path, str, ApprovalConfiguration]]:
    """The approvals that runs ask for, each with its path and the name of its position."""
    for path, node in _positions(tree):
        for approval in node.approvals:
            yield (*path, "approvals", str(approval.index)), node.shown_name, approval


def _positions(tree: WorkflowTree) -> Iterator[tuple[Path, Any]]:
    level = strategy_for(tree.strategy).approvals_level
    for found, path, node in carriers(tree):
        if found == level and getattr(node, "is_active", True):
            yield path, node


def _lack(approval: ApprovalConfiguration, known: CommonPeople) -> tuple[ProblemCode, str, str] | None:
    """Why nobody could decide the approval, whosever object it is: what kind, at which of its keys, and a clause."""
    if approval.approval_type == ApprovalTypes.USER:
        user_id = to_primary_key(get_user_model(), approval.approval_user)
        reason = no_user()
        return None if user_id in known.named_users else (ProblemCode.USER_UNAVAILABLE, "approval_user", reason)
    if approval.approval_type == ApprovalTypes.ROLE:
        return _lack_of_role(approval, known)
    if approval.approval_type == ApprovalTypes.CUSTOM and project_type(approval.custom_type) is None:
        reason = _("the approver type “%s” is not registered") % approval.custom_type
        return ProblemCode.APPROVER_TYPE_MISSING, "custom_type", reason
    return None


def _lack_of_role(approval: ApprovalConfiguration, known: CommonPeople) -> tuple[ProblemCode, str, str] | None:
    role = known.roles.get(approval.user_role)
    if role is None:
        return ProblemCode.ROLE_MISSING, "user_role", _("the role %s does not exist") % approval.user_role
    if approval.role_selection_strategy in HIERARCHIES:  # who stands above whom is asked for each object
        return None
    members = len(known.members.get(role.pk, ()))
    short = shortage(approval, role, members)
    if short is None:
        return None
    return (ProblemCode.TOO_FEW_MEMBERS if members else ProblemCode.ROLE_EMPTY), "user_role", short


def _of_a_row(tree: WorkflowTree, fault: Fault) -> TemplateProblem:
    code = _ROWS[fault.path[-1]]
    needless = code == ProblemCode.DEPARTMENT_MISSING and not _asks_its_head(tree, int(fault.path[1]))
    severity = ProblemSeverity.WARNING if needless else ProblemSeverity.ERROR
    return _problem(code, fault.message, fault.path, severity=severity)


def _asks_its_head(tree: WorkflowTree, index: int) -> bool:
    """Whether an approval of the pipeline is decided by the head of its department."""
    below = ("pipelines", str(index))
    return any(
        path[:2] == below and approval.approval_type == ApprovalTypes.DEPARTMENT_HEAD
        for path, _name, approval in _asked(tree)
    )


def _conditioned(tree: WorkflowTree) -> Iterator[tuple[Path, str, Expression]]:
    """What has a condition: where, its name, and everything that must hold for it to be asked."""
    above: dict[Path, Expression] = {}
    for path, node in ((path, node) for _level, path, node in carriers(tree)):
        own = getattr(node, "condition", None)
        holding = [one for one in (above.get(path[:2]), own) if one is not None]
        if own is not None:
            above[path] = own
            yield path, node.shown_name, _all(holding)
        for approval in node.approvals:
            if approval.condition is not None:
                where = (*path, "approvals", str(approval.index))
                yield where, node.shown_name, _all([*holding, approval.condition])


def _all(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else All(parts=tuple(parts))
