"""The approval package's callbacks: each one only names the follow-up."""

from __future__ import annotations

from typing import Any

from approval_workflow.handlers import BaseApprovalHandler
from django.apps import apps
from django.core.signals import setting_changed
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save, pre_save
from django.dispatch import receiver

from django_workflow_engine import conf, people
from django_workflow_engine.access import recording
from django_workflow_engine.access.owners import people_of_runs
from django_workflow_engine.approvals import gateway, steps
from django_workflow_engine.choices import RUNNING
from django_workflow_engine.models import Pipeline, Stage, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import package_callbacks
from django_workflow_engine.services.announcements import announce
from django_workflow_engine.services.auto_start import may_start, start_on_creation
from django_workflow_engine.services.configuration.registration import store_after_migrations
from django_workflow_engine.services.fixtures import find_the_origin, take_the_model, take_the_place
from django_workflow_engine.services.objects import leave_deleted, leave_replaced


class WorkflowApprovalHandler(BaseApprovalHandler):
    """Advances workflows when a project calls the package's `advance_flow` itself."""

    def before_approve(self, instance: Step) -> None:
        """Refuse, before anything is stored, what could not be followed."""
        package_callbacks.check_approval(instance)

    def before_reject(self, instance: Step) -> None:
        """Refuse, before anything is stored, a step that is not open any more."""
        package_callbacks.check_still_open(instance)

    before_delegate = before_reject
    before_escalate = before_reject

    def before_resubmission(self, instance: Step) -> None:
        """Refuse: the package would leave the run without a step that can be decided."""
        package_callbacks.refuse_resubmission()

    def on_delegate(self, instance: Step) -> None:
        """Fire the actions of a delegation."""
        package_callbacks.follow_delegation(instance)

    def on_escalate(self, instance: Step) -> None:
        """Keep the seat that went to a manager."""
        package_callbacks.follow_escalation(instance)

    def on_reject(self, instance: Step) -> None:
        """Go on as the position says when the package stored a rejection."""
        package_callbacks.follow_rejection(instance)


def get_handler_for_instance(instance: Step) -> WorkflowApprovalHandler | None:
    """The handler for steps of this engine's workflows; None leaves the package to its own look-up."""
    if package_callbacks.runs_a_workflow(instance):
        return WorkflowApprovalHandler()
    return None


@receiver(post_save, sender=Step, dispatch_uid="django_workflow_engine.step_saved")
def step_saved(sender: type[Step], instance: Step, created: bool, raw: bool, **kwargs: Any) -> None:
    """Record who takes part, and a decision before the package deletes the rows beside it."""
    if raw or gateway.engine_decides(instance):  # a verb writes what follows itself
        return
    package_callbacks.note_people(instance)
    if not created:
        package_callbacks.follow_decision(instance)


@receiver(post_save, sender=WorkflowAttachment, dispatch_uid="django_workflow_engine.attachment_saved")
def attachment_saved(
    sender: type[WorkflowAttachment], instance: WorkflowAttachment, created: bool, raw: bool, **kwargs: Any
) -> None:
    """Record who sees a run that the project wrote itself; the verbs write theirs in bulk, and record it."""
    if created and not raw:
        own = people_of_runs([instance]).get(instance.pk, frozenset())
        recording.record(instance, (), own | {instance.started_by_id})


def user_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Take away what a deleted user saw."""
    recording.forget_user(instance.pk)


@receiver(post_delete, sender=WorkflowAttachment, dispatch_uid="django_workflow_engine.attachment_deleted")
def attachment_deleted(sender: type[WorkflowAttachment], instance: WorkflowAttachment, **kwargs: Any) -> None:
    """Announce a deletion, whoever deleted the row, and leave no step of a run in progress open behind."""
    if instance.status in RUNNING and instance.approval_flow_id is not None:
        gateway.close_steps(steps.open_steps(instance), decided_by=None)
    announce(instance.pk)


def follow_objects() -> None:
    """Learn when an object is made or deleted whose model may take workflows.

    Django reads every row that it deletes of a model that somebody listens to, so others are left alone. What is
    deleted or made by way of a proxy is told in the proxy's name.
    """
    followed = {model._meta.concrete_model for model in apps.get_models() if may_start(model)}
    for model in (model for model in apps.get_models() if model._meta.concrete_model in followed):
        label = conf.label_of(model)
        post_delete.connect(leave_deleted, sender=model, dispatch_uid=f"django_workflow_engine.deleted.{label}")
        post_save.connect(leave_replaced, sender=model, dispatch_uid=f"django_workflow_engine.replaced.{label}")
        post_save.connect(start_on_creation, sender=model, dispatch_uid=f"django_workflow_engine.created.{label}")


@receiver(setting_changed, dispatch_uid="django_workflow_engine.follow_objects")
def follow_further_objects(setting: str, **kwargs: Any) -> None:
    """Follow the models, too, that a project's test enables."""
    if setting == "DJANGO_WORKFLOW_ENGINE":
        follow_objects()


follow_objects()
for model in apps.get_models():
    if issubclass(model, people.user_class()):
        label = conf.label_of(model)
        post_delete.connect(user_deleted, sender=model, dispatch_uid=f"django_workflow_engine.user_deleted.{label}")
pre_save.connect(take_the_model, sender=WorkflowConfiguration, dispatch_uid="django_workflow_engine.take_the_model")
for part in (Pipeline, Stage):
    pre_save.connect(take_the_place, sender=part, dispatch_uid="django_workflow_engine.take_the_place")
    pre_save.connect(find_the_origin, sender=part, dispatch_uid="django_workflow_engine.find_the_origin")
post_migrate.connect(store_after_migrations, dispatch_uid="django_workflow_engine.store_after_migrations")
