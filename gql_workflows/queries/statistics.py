"""Numbers over what the viewer may see."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import strawberry
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from django_workflow_engine.cleanup import get_cleanup_statistics
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.querysets import owned_by, running_on
from django_workflow_engine.selectors import decision_times
from django_workflow_engine.selectors.statistics import Statistics
from gql_workflows.context import Info
from gql_workflows.ids import row_key
from gql_workflows.rules import Rule, Staff, query
from gql_workflows.scalars.absent import given
from gql_workflows.scalars.moments import given_moment
from gql_workflows.types.decision_times import DecisionStatistics
from gql_workflows.types.statistics import CleanupStatistics, WorkflowStatistics

CompanyId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only what belongs to the company that this user stands for."),
]

Since = Annotated[
    datetime.datetime | None,
    strawberry.argument(description="Only decisions made from then on; 30 days before the end if left out."),
]
Until = Annotated[
    datetime.datetime | None, strawberry.argument(description="Only decisions made before then; now if left out.")
]
WorkflowId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only decisions in runs of this template, all its versions.")
]


@query(Rule.SIGNED_IN, description="Numbers over the templates and the runs that you may see.")
def workflow_statistics(info: Info, company_id: CompanyId = strawberry.UNSET) -> WorkflowStatistics:
    """Statistics, counted by the database."""
    policy, user = info.context.policy, info.context.user
    workflows, attachments = policy.templates(user), policy.seen_runs(user).each_once()
    if given(company_id) is not None:
        company = _company(info, company_id)
        workflows = workflows.filter(company=company)
        attachments = attachments.filter(owned_by([company]))
    return WorkflowStatistics(found=Statistics(workflows=workflows, attachments=attachments))


@query(
    Rule.SIGNED_IN,
    description="How long decisions take, in the runs that you may mend: which are all for administrators and for who "
    "may change every workflow, else those on the workflows of your companies. The last 30 days, if nothing is said.",
)
def decision_statistics(
    info: Info,
    since: Since = strawberry.UNSET,
    until: Until = strawberry.UNSET,
    workflow_id: WorkflowId = strawberry.UNSET,
    company_id: CompanyId = strawberry.UNSET,
) -> DecisionStatistics:
    """Statistics of decisions, counted by the database."""
    policy, user = info.context.policy, info.context.user
    attachments = policy.mendable(user, policy.attachments(user))
    if given(workflow_id) is not None:
        attachments = attachments.filter(running_on(_template(info, workflow_id)))
    if given(company_id) is not None:
        attachments = attachments.filter(owned_by([_company(info, company_id)]))
    moments = {"since": given_moment(since, "since"), "until": given_moment(until, "until")}
    return DecisionStatistics(found=decision_times.DecisionStatistics(attachments, **moments))


@query(
    Staff("django_workflow_engine.view_workflowattachment"),
    description="What there is to clean up, over all runs; for administrators.",
)
def cleanup_statistics(info: Info) -> CleanupStatistics:
    """How many runs of which age there are."""
    return CleanupStatistics.of(get_cleanup_statistics())


def _template(info: Info, value: Any) -> Any:
    """The primary key of a template that the viewer sees; raises NotFound."""
    key, policy, user = row_key(value, "Workflow", WorkFlow), info.context.policy, info.context.user
    if key is None or not policy.templates(user).filter(pk=key).exists():
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    return key


def _company(info: Info, value: Any) -> Any:
    """The primary key of a company that the viewer may know of; raises NotFound."""
    key, policy, user = row_key(value, "User", get_user_model()), info.context.policy, info.context.user
    known = key is not None and (key in list(policy.companies(user)) or policy.users(user).filter(pk=key).exists())
    if not known:
        raise NotFound(_("There is no such company."), path=("company_id",))
    return key
