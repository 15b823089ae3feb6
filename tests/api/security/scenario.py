"""One company's run, and everybody who might ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User

from django_workflow_engine.models import ActionRun, Stage, WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import (
    ConfigurationChanges,
    attach_workflow_to_object,
    configure_model,
    create_start_rule,
    create_substitution,
)
from gql_workflows.demo.models import Department
from gql_workflows.ids import global_id
from tests.api.inputs import target_of
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import history, seat
from tests.testapp.models import Document

CALLERS = ("anonymous", "stranger", "rival", "approver", "starter", "company", "administrator")


@dataclass(kw_only=True)
class Scenario:
    """A template of the company acme, attached to a document and waiting for its approver.

    The rival owns another company with a template of its own; the administrator is a superuser.
    """

    company: User = field(default_factory=lambda: UserFactory(username="acme"))
    rival: User = field(default_factory=lambda: UserFactory(username="rival"))
    starter: User = field(default_factory=lambda: UserFactory(username="starter"))
    approver: User = field(default_factory=lambda: UserFactory(username="approver"))
    stranger: User = field(default_factory=lambda: UserFactory(username="stranger"))
    administrator: User = field(default_factory=lambda: UserFactory(username="root", is_staff=True, is_superuser=True))
    anonymous: None = None

    def __post_init__(self) -> None:
        self.role = group_of(self.approver, name="Deciders")
        self.department = Department.objects.create(name="Finance")
        spec = [[by_role(self.role) | {"deadline": {"after": "P2D"}}], [by_user(self.company)]]
        self.template: WorkFlow = template_for(1, spec, name_en="Secret plan", company_id=self.company.pk)
        self.rivals: WorkFlow = template_for(3, [[by_user(self.rival)]], name_en="Rival plan", company_id=self.rival.pk)
        self.action = WorkflowAction.objects.create(
            workflow=self.template,
            action_type="on_workflow_start",
            function_path="tests.testapp.workflow_actions.notify",
        )
        self.document: Document = DocumentFactory(title="Secret object", created_by=self.starter)
        self.fresh: Document = DocumentFactory(title="Fresh object", created_by=self.starter)
        self.attachment: WorkflowAttachment = attach_workflow_to_object(
            self.document, self.template, user=self.starter, metadata={"note": "Secret note"}
        )
        ActionRun.objects.update(status="incident")
        self.rule = create_start_rule(model=Document, workflow_id=self.template.pk)
        self.substitution = create_substitution(actor=self.starter, substitute_id=self.company.pk)
        configure_model(model=Document, changes=ConfigurationChanges(is_enabled=True))
        assert history(self.document) == ["attached", "started"]

    def api(self, caller: str) -> Api:
        return Api(getattr(self, caller))

    def id_of(self, name: str) -> str:
        """The global id of one of the scenario's rows, by the name of its type."""
        return global_id(name, self._keys()[name])

    def _keys(self) -> dict[str, Any]:
        stage = Stage.objects.filter(pipeline__workflow=self.template).order_by("pk")[0]
        return {
            "Workflow": self.template.pk,
            "Pipeline": stage.pipeline_id,
            "Stage": stage.pk,
            "WorkflowAction": self.action.pk,
            "WorkflowAttachment": self.attachment.pk,
            "ApprovalStep": seat(self.document, self.approver).pk,
            "WorkflowEvent": self.attachment.events.get(kind="started").pk,
            "ActionRun": ActionRun.objects.get().pk,
            "StartRule": self.rule.pk,
            "Substitution": self.substitution.pk,
            "User": self.starter.pk,
            "Role": self.role.pk,
            "Department": self.department.pk,
        }

    def stage_keys(self) -> list[int]:
        """The stages of the template's pipeline, last one first."""
        stages = Stage.objects.filter(pipeline__workflow=self.template).order_by("-order")
        return list(stages.values_list("pk", flat=True))

    def target(self) -> dict[str, str]:
        return target_of(self.document)
