"""Which runs a user sees, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, reduce
from operator import or_
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.db.models import Exists, OuterRef, Q, QuerySet

from django_workflow_engine.access.principals import of_requester, of_user
from django_workflow_engine.access.reading import runs_of, workflows_of, workflows_used
from django_workflow_engine.access.standing import StandIn, with_open_seats
from django_workflow_engine.approvals.substitutes import stand_ins_of
from django_workflow_engine.models import (
    ActionRun,
    StartRule,
    Substitution,
    WorkFlow,
    WorkflowAttachment,
    WorkflowEvent,
)
from django_workflow_engine.models.querysets import owned_by
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.cancellation import administers
from django_workflow_engine.services.substituting import may_arrange_for
from gql_workflows.access.seen import SeenRuns
from gql_workflows.access.targets import of_enabled_models
from gql_workflows.access.templates import TemplateAccess


class RunAccess(TemplateAccess):
    """Attachments: seen by the principals that take part; their versions, steps, events and action runs follow."""

    def attachments(self, user: Any) -> QuerySet[WorkflowAttachment]:
        """The attachments that the user sees: all for administrators, else those of the user's principals.

        A rule that principals cannot say may be given here as a queryset. It is computed at every read then, by every
        list and count, for each row that it looks at: see what that costs in "your tenancy".
        """
        return self._by_principals(user).queryset()

    def seen_runs(self, user: Any) -> SeenRuns:
        """The same, in the form that pages are read from; a project overrides `attachments`."""
        if self._keeps("attachments"):
            return self._by_principals(user)
        return SeenRuns(rows=self.attachments(user), principals=None, is_plain=False)

    def own_runs(self, user: Any) -> SeenRuns:
        """Those among them that are the user's own: who started them, or whose object's own person, the user is."""
        own = [of_requester(user.pk)]
        if self._keeps("attachments"):
            seen = self._by_principals(user)
            if seen.principals is None or of_user(user.pk) in seen.principals:  # then the user sees all of them
                return replace(seen, principals=own, standing=())
        return SeenRuns(rows=self.attachments(user).filter(pk__in=runs_of(own)), principals=None, is_plain=False)

    def workflows(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees, and the frozen versions of the attachments that the user sees."""
        if self.administers(user, WorkFlow):
            return WorkFlow.objects.all()
        return WorkFlow.objects.filter(Q(pk__in=self.templates(user).values("pk")) | self._is_used(user))

    def _is_used(self, user: Any) -> Q:
        """What is true of the workflows on which the user sees, or saw, runs."""
        if not self._keeps("attachments"):
            return Q(Exists(self.attachments(user).filter(workflow=OuterRef("pk"))))
        seen = self._by_principals(user)
        if seen.principals is None:
            return Q(pk__in=workflows_used())
        used = Q(pk__in=workflows_of(seen.principals))
        for one in seen.standing:
            used |= Q(pk__in=WorkflowAttachment.objects.filter(with_open_seats(one)).order_by().values("workflow"))
        return used

    def workflow(self, user: Any, key: Any) -> WorkFlow | None:
        """The workflow with this primary key among those of `workflows`."""
        template = self.templates(user).filter(pk=key).first() if self._keeps("workflows") else None  # costs little
        return template or self.workflows(user).filter(pk=key).first()

    def steps(self, user: Any) -> QuerySet[Step]:
        """The steps of the attachments that the user sees."""
        seen = self.attachments(user).values("approval_flow")
        steps: QuerySet[Step] = Step.objects.filter(flow__in=seen)
        return steps

    def asked(self, user: Any) -> QuerySet[Step]:
        """The steps, among those of `steps`, that the user was or is asked to decide.

        The open ones of whoever the user stands in for are among them.
        """
        mine = reduce(or_, map(_open_seats_of, self.stands_in_for(user)), Q(assigned_to=user))
        if not self._keeps("steps", "attachments", "principals"):
            return self.steps(user).filter(mine)
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())  # whoever is asked sees the attachment
        asked: QuerySet[Step] = Step.objects.filter(mine, flow__workflow_attachment__in=enabled)
        return asked

    def stands_in_for(self, user: Any) -> Sequence[StandIn]:
        """For whom the user stands in now, and in which runs; read once for a request."""
        if user.pk not in self._stand_ins:
            self._stand_ins[user.pk] = stand_ins_of(user.pk)
        return self._stand_ins[user.pk]

    @cached_property
    def _stand_ins(self) -> dict[Any, Sequence[StandIn]]:
        return {}

    def substitutions(self, user: Any) -> QuerySet[Substitution]:
        """The substitutions that the user sees: all for whoever may arrange them, else where the user is one of two."""
        if administers(user):
            return Substitution.objects.all()
        return Substitution.objects.filter(Q(user=user) | Q(substitute=user))

    def may_arrange_substitutes(self, user: Any, person_id: Any) -> bool:
        """Whether the user may say who stands in for this person: for oneself, and administrators for everybody."""
        return may_arrange_for(user, person_id)

    def events(self, user: Any) -> QuerySet[WorkflowEvent]:
        """The audit trail of the attachments that the user sees."""
        return WorkflowEvent.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def action_runs(self, user: Any) -> QuerySet[ActionRun]:
        """The calls of actions: all of the attachments that the user sees, for staff with the view permission."""
        if not self.administers(user, ActionRun):
            return ActionRun.objects.none()
        return ActionRun.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def start_rules(self, user: Any) -> QuerySet[StartRule]:
        """The start rules whose workflow the user sees, for staff with the view permission."""
        if not self.administers(user, StartRule):
            return StartRule.objects.none()
        return StartRule.objects.filter(workflow__in=self.workflows(user).values("pk"))

    def may_mend(self, user: Any, attachment: WorkflowAttachment) -> bool:
        """Whether the user may put right who is asked in a run: administrators, and whoever may change its template."""
        return administers(user) or self.may_change_template(user, attachment.workflow.company_id)

    def mendable(self, user: Any, runs: QuerySet[WorkflowAttachment]) -> QuerySet[WorkflowAttachment]:
        """Those of these runs that the user may mend: `may_mend` asked of many.

        Where that, or `may_change_template`, is a project's own, each of them is asked by itself.
        """
        if not self._keeps("may_mend", "may_change_template"):
            asked = [run.pk for run in runs.select_related("workflow") if self.may_mend(user, run)]
            return runs.filter(pk__in=asked)
        changes_all = administers(user) or self.may_change_template(user, None)
        return runs if changes_all else runs.filter(owned_by(self.companies(user)))

    def _by_principals(self, user: Any) -> SeenRuns:
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())
        if self.administers(user, WorkflowAttachment):
            return SeenRuns(rows=enabled, principals=None)
        return SeenRuns(rows=enabled, principals=self.principals(user), standing=self.stands_in_for(user))

    def _keeps(self, *names: str) -> bool:
        """Whether the project left these methods as they are here, so that what they show is known."""
        return all(getattr(type(self), name) is getattr(RunAccess, name) for name in names)


def _open_seats_of(stand_in: StandIn) -> Q:
    """What is true of the steps that the person is asked to decide now, within the scope."""
    scope = stand_in.scope.of_attachments("flow__workflow_attachment__")
    return Q(assigned_to=stand_in.person_id, status=ApprovalStatus.CURRENT) & scope
