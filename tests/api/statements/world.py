"""Twenty rows of everything, each with people, roles, forms and departments of its own."""

from __future__ import annotations

from typing import Any

from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group, User

from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import (
    ActionRun,
    Pipeline,
    Stage,
    StartRule,
    Substitution,
    WorkFlow,
    WorkflowAction,
    WorkflowAttachment,
    WorkflowEvent,
)
from django_workflow_engine.services import (
    ConfigurationChanges,
    approve_step,
    attach_workflow_to_object,
    configure_model,
    create_start_rule,
    create_substitution,
    create_workflow,
    start_workflow,
)
from gql_workflows.demo.models import Department, DynamicForm, PurchaseRequest
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of
from tests.runs import open_steps, seat
from tests.testapp.models import Deal, Document, UuidDocument

ROWS = 20
LARGE = {"compare": {"field": "amount", "operator": "greater", "value": 1000}}
NOTIFY = "tests.testapp.workflow_actions.notify"


class World:
    """What the viewer, a superuser who takes part in every run, is shown."""

    def __init__(self) -> None:
        self.viewer: User = UserFactory(username="viewer", is_staff=True, is_superuser=True)
        self.templates: list[WorkFlow] = [self._template(number) for number in range(ROWS)]
        for template in self.templates:
            self._run(template)
            create_start_rule(model=Deal, workflow_id=template.pk, condition=LARGE, weight=template.pk)
            scope = {"workflow_id": template.pk, "model": Document}
            create_substitution(actor=self.viewer, substitute_id=UserFactory().pk, **scope)
        for model in (Document, Deal, UuidDocument, PurchaseRequest):
            configure_model(model=model, changes=ConfigurationChanges(default_workflow_id=self.templates[0].pk))
        ActionRun.objects.update(status="incident")

    def _template(self, number: int) -> WorkFlow:
        people = UserFactory.create_batch(4)
        role = group_of(self.viewer, people[0], name=f"Role {number}")
        form = DynamicForm.objects.create(name=f"Form {number}", form_schema={"type": "object"})
        department = Department.objects.create(name=f"Department {number}")
        submit = {**by_user(people[1]), "step_approval_type": "submit", "required_form": form.pk}
        action = ActionSpec(action_type="after_approve", function_path=NOTIFY)
        in_time = {"after": "P2D", "remind_before": ["P1D"], "on_timeout": "fallback"}
        review = by_role(role) | {"deadline": in_time | {"fallback_user": people[3].pk}}
        submit |= {"deadline": in_time | {"fallback_role": role.pk}}
        stages = [
            StageSpec(name_en="Review", approvals=[review, submit], actions=[action]),
            StageSpec(name_en="Sign", approvals=[by_user(self.viewer)], actions=[action]),
        ]
        pipeline = PipelineSpec(name_en="First", department_id=str(department.pk), stages=stages, actions=[action])
        spec = WorkflowSpec(
            name_en=f"Template {number}",
            company_id=people[2].pk,
            pipelines=[pipeline, PipelineSpec(name_en="Second", stages=stages)],
            actions=[ActionSpec(action_type="on_workflow_start", function_path=NOTIFY)],
        )
        return create_workflow(spec=spec, actor=people[2])

    def _run(self, template: WorkFlow) -> None:
        """A run that the viewer attached, that the viewer and somebody else approved, and that waits for the viewer."""
        document = DocumentFactory(created_by=UserFactory())
        attachment = attach_workflow_to_object(document, template, user=self.viewer, auto_start=False)
        start_workflow(attachment_id=attachment.pk, actor=document.created_by)
        approve_step(step_id=seat(document, self.viewer).pk, actor=self.viewer)
        (waiting,) = open_steps(document)
        approve_step(step_id=waiting.pk, actor=waiting.assigned_to, form_data={"sum": 5})

    def stand_still(self) -> None:
        """Have every run wait for somebody who is inactive."""
        for step in ApprovalInstance.objects.filter(status="current"):
            step.assigned_to = UserFactory(is_active=False)
            step.save()

    def wide_template(self, positions: int) -> WorkFlow:
        """A template with so many positions, each with a role of its own."""
        stages = [
            StageSpec(name_en=f"Stage {n}", approvals=[by_role(group_of(UserFactory(), name=f"Wide {positions} {n}"))])
            for n in range(positions)
        ]
        spec = WorkflowSpec(name_en=f"Wide {positions}", pipelines=[PipelineSpec(name_en="All", stages=stages)])
        return create_workflow(spec=spec)


def keys_of(name: str) -> list[Any]:
    """The primary keys of twenty rows of a type of the schema, all of one kind."""
    return list(_ROWS[name]().order_by("pk").values_list("pk", flat=True)[:ROWS])


_ROWS: dict[str, Any] = {
    "ActionRun": lambda: ActionRun.objects.filter(action_type="after_approve"),
    "ApprovalStep": lambda: ApprovalInstance.objects.filter(status="current"),
    "Department": Department.objects.all,
    "Form": DynamicForm.objects.all,
    "Pipeline": lambda: Pipeline.objects.filter(workflow__is_hidden=True),
    "Role": Group.objects.all,
    "StartRule": StartRule.objects.all,
    "Substitution": Substitution.objects.all,
    "Stage": lambda: Stage.objects.filter(pipeline__workflow__is_hidden=True),
    "User": User.objects.all,
    "Workflow": lambda: WorkFlow.objects.filter(is_hidden=True),
    "WorkflowAction": lambda: WorkflowAction.objects.filter(stage__pipeline__workflow__is_hidden=True),
    "WorkflowAttachment": WorkflowAttachment.objects.all,
    "WorkflowEvent": lambda: WorkflowEvent.objects.filter(kind="approved").exclude(actor_name="viewer"),
}
