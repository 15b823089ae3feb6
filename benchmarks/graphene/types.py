"""The types, as graphene-django's documentation writes them; what they read is prefetched by the roots."""

from __future__ import annotations

from typing import Any

import graphene
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as UserModel
from graphene import relay
from graphene_django import DjangoObjectType

from django_workflow_engine import models


class User(DjangoObjectType):
    class Meta:
        model = UserModel
        interfaces = (relay.Node,)
        fields = ("username",)


class Role(DjangoObjectType):
    class Meta:
        model = Group
        interfaces = (relay.Node,)
        fields = ("name",)


class Approval(graphene.ObjectType):
    """One entry of a stage's JSON; the root has put its role into it."""

    approval_type = graphene.String()
    user_role = graphene.Field(Role)
    role_selection_strategy = graphene.String()

    @staticmethod
    def resolve_approval_type(root: dict[str, Any], info: Any) -> str:
        return root["approval_type"].upper()

    @staticmethod
    def resolve_user_role(root: dict[str, Any], info: Any) -> Any:
        return root["found_role"]

    @staticmethod
    def resolve_role_selection_strategy(root: dict[str, Any], info: Any) -> str:
        return root["role_selection_strategy"].upper()


class Stage(DjangoObjectType):
    class Meta:
        model = models.Stage
        interfaces = (relay.Node,)
        fields = ("name_en", "order", "is_active")

    color = graphene.String()
    approvals = graphene.List(Approval)

    @staticmethod
    def resolve_color(root: Any, info: Any) -> str:
        return root.stage_info["color"]

    @staticmethod
    def resolve_approvals(root: Any, info: Any) -> Any:
        return root.stage_info["approvals"]


class Pipeline(DjangoObjectType):
    class Meta:
        model = models.Pipeline
        interfaces = (relay.Node,)
        fields = ("name_en", "order")

    stages = graphene.List(Stage)

    @staticmethod
    def resolve_stages(root: Any, info: Any) -> Any:
        return root.stages.all()


class Workflow(DjangoObjectType):
    class Meta:
        model = models.WorkFlow
        name = "Workflow"
        interfaces = (relay.Node,)
        fields = ("name_en", "name_ar", "description", "is_active", "created_at", "company")
        convert_choices_to_enum = False

    status = graphene.String()
    pipelines = graphene.List(Pipeline)

    @staticmethod
    def resolve_status(root: Any, info: Any) -> str:
        return root.status.upper()

    @staticmethod
    def resolve_pipelines(root: Any, info: Any) -> Any:
        return root.pipelines.all()


class Target(graphene.ObjectType):
    model = graphene.String()
    key = graphene.ID()
    display = graphene.String()

    @staticmethod
    def resolve_model(root: Any, info: Any) -> str:
        return root._meta.label

    @staticmethod
    def resolve_key(root: Any, info: Any) -> str:
        return str(root.pk)

    @staticmethod
    def resolve_display(root: Any, info: Any) -> str:
        return str(root)


class Progress(graphene.ObjectType):
    percentage = graphene.Int()
    position = graphene.Int()
    total = graphene.Int()
    current_stage = graphene.String()
    next_stage = graphene.String()


class Step(DjangoObjectType):
    class Meta:
        model = ApprovalInstance
        name = "ApprovalStep"
        interfaces = (relay.Node,)
        fields = ("step_number", "comment", "assigned_to")
        convert_choices_to_enum = False

    status = graphene.String()
    created_at = graphene.DateTime()
    assigned_role = graphene.Field(Role)
    attachment = graphene.Field(lambda: Attachment)

    @staticmethod
    def resolve_status(root: Any, info: Any) -> str:
        return root.status.upper()

    @staticmethod
    def resolve_created_at(root: Any, info: Any) -> Any:
        return root.started_at

    @staticmethod
    def resolve_assigned_role(root: Any, info: Any) -> Any:
        return root.assigned_role

    @staticmethod
    def resolve_attachment(root: Any, info: Any) -> Any:
        return root.flow.workflow_attachment


class Attachment(DjangoObjectType):
    class Meta:
        model = models.WorkflowAttachment
        name = "WorkflowAttachment"
        interfaces = (relay.Node,)
        fields = ("started_at", "workflow", "current_pipeline", "current_stage", "started_by")
        convert_choices_to_enum = False

    status = graphene.String()
    target = graphene.Field(Target)
    progress = graphene.Field(Progress)
    current_steps = graphene.List(Step)

    @staticmethod
    def resolve_status(root: Any, info: Any) -> str:
        return root.status.upper()

    @staticmethod
    def resolve_target(root: Any, info: Any) -> Any:
        return root.target

    @staticmethod
    def resolve_progress(root: Any, info: Any) -> Progress:
        stages = [stage for pipeline in root.workflow.pipelines.all() for stage in pipeline.stages.all()]
        place = next(n for n, stage in enumerate(stages) if stage.pk == root.current_stage_id)
        following = stages[place + 1].name_en if place + 1 < len(stages) else None
        return Progress(
            percentage=place * 100 // len(stages),
            position=place + 1,
            total=len(stages),
            current_stage=stages[place].name_en,
            next_stage=following,
        )

    @staticmethod
    def resolve_current_steps(root: Any, info: Any) -> Any:
        return root.approval_flow.open_steps


class WorkflowConnection(relay.Connection):
    class Meta:
        node = Workflow


class AttachmentConnection(relay.Connection):
    class Meta:
        node = Attachment
        name = "Attachments"


class StepConnection(relay.Connection):
    class Meta:
        node = Step
        name = "Steps"
