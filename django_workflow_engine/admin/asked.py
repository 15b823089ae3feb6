"""The steps of runs in words: where and what each asks, whom, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.admin.utils import display_for_value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.claims import claim_on
from django_workflow_engine.approvals.deadlines import is_overdue
from django_workflow_engine.approvals.roles import find_roles
from django_workflow_engine.choices import RoleSelectionStrategy, StepType
from django_workflow_engine.i18n import isolated, joined
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.models.objects import name_of, text_of
from django_workflow_engine.models.steps import Step


def describe(steps: Sequence[Any]) -> None:
    """Put the names of their positions and roles on these steps, in at most three statements for any number.

    `position_text` is the position where a step was asked, or empty; `role_name` the role, and `role_text`
    also how its members decide.
    """
    places, roles = _places(steps), find_roles({step.assigned_role_object_id for step in steps} - {None, ""})
    for step in steps:
        step.position_text = joined(" / ".join(isolated(name) for name in places(step)))
        step.role_name = _role(step, roles)
        step.role_text = _with_strategy(step)


def table_of_steps(steps: Sequence[Any]) -> SafeString:
    """The steps as a table, in order."""
    describe(steps)
    asked = (_("Step"), _("Position"), _("Asked"), _("Role"), _("What is asked"), _("Due"))
    decided = (_("Status"), _("Decided by"), _("When"), _("Comment"))
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html_join("", "<th>{}</th>", ((head,) for head in (*asked, *decided))),
        format_html_join("", "<tr>{}</tr>", ((_cells(step),) for step in steps)),
    )


def kind_of(step: Any) -> str:
    """What the decision asks of its approver."""
    known = step.approval_type in StepType.values
    return str(StepType(step.approval_type).label if known else step.approval_type)


def state_of(step: Any) -> str:
    """What became of a step; of an open one also whether it is overdue, who has claimed it, and until when."""
    status, claim = str(step.get_status_display()), claim_on(step)
    if is_overdue(step):
        status = _("%s, overdue") % status
    if claim is None:
        return status
    facts = {"status": status, "name": isolated(claim.name), "moment": display_for_value(claim.until, "")}
    return _("%(status)s, claimed by %(name)s until %(moment)s") % facts


def _cells(step: Any) -> SafeString:
    texts = (
        *(step.step_number, step.position_text, person(step.assigned_to), step.role_text, kind_of(step)),
        *(display_for_value(step.due_date, ""), state_of(step), person(step.action_user)),
        *(display_for_value(step.updated_at, ""), step.comment),
    )
    return format_html_join("", "<td>{}</td>", ((text,) for text in texts))


def person(user: Any) -> str:
    """Somebody's name; empty where there is nobody."""
    return "" if user is None else name_of(user)


def _role(step: Step, roles: dict[Any, Any]) -> str:
    key = step.assigned_role_object_id
    if not key:
        return ""
    return text_of(roles[key]) if key in roles else _("gone (key %s)") % key


def _with_strategy(step: Any) -> str:
    strategy = step.role_selection_strategy
    if not step.role_name or strategy not in RoleSelectionStrategy.values:
        return str(step.role_name)
    return f"{isolated(step.role_name)} ({RoleSelectionStrategy(strategy).label})"


def _places(steps: Iterable[Any]) -> Any:
    """A function that gives the names of a step's pipeline and stage, as far as they are there."""
    asked = [step.extra_fields or {} for step in steps]
    pipelines = Pipeline.objects.in_bulk({fields.get("pipeline") for fields in asked} - {None})
    stages = Stage.objects.in_bulk({fields.get("stage") for fields in asked} - {None})

    def names(step: Any) -> Iterator[str]:
        fields = step.extra_fields or {}
        for found in (pipelines.get(fields.get("pipeline")), stages.get(fields.get("stage"))):
            if found is not None:
                yield str(found)

    return names
