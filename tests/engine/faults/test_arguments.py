"""None, wrong types and rows that are gone: each verb answers with a refusal that belongs, and changes nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from django_workflow_engine import services
from django_workflow_engine.actions.incidents import retry_action_run, skip_action_run
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.definitions.changes import ActionChanges, PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidInput, MissingPermission, WorkflowError
from django_workflow_engine.models import Stage, WorkflowAction
from django_workflow_engine.notifications import send_bulk_workflow_emails
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import ConfigurationChanges, attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_user, spec_for, template_for
from tests.runs import open_steps
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db

STRANGE = (None, 3.5, True, b"\x00", "", "x" * 300, "\x00", [], {}, object(), -1, 2**70)
FREE = {"auto_start", "disable_clone", "comment", "metadata", "form_data", "active_once_complete"}


class World:
    """A run and its template, and good arguments for every verb."""

    def __init__(self) -> None:
        self.boss, self.other = UserFactory.create_batch(2)
        self.gone = UserFactory()
        type(self.gone).objects.filter(pk=self.gone.pk).delete()
        self.template = template_for(1, [[by_user(self.boss)], [by_user(self.other)]])
        self.document, self.free = DocumentFactory(), DocumentFactory()
        self.attachment = attach_workflow_to_object(self.document, self.template, self.other)
        self.waiting = attach_workflow_to_object(DocumentFactory(), self.template, self.other, auto_start=False)
        self.stage = Stage.objects.filter(pipeline__workflow=self.template).first()
        self.action = WorkflowAction.objects.create(
            workflow=self.template,
            action_type="after_approve",
            function_path="tests.testapp.workflow_actions.notify",
        )

    def arguments(self) -> dict[str, dict[str, Any]]:
        step = {"step_id": open_steps(self.document)[0].pk, "actor": self.boss}
        pipeline = self.stage.pipeline
        return {
            "approve_step": step,
            "reject_step": {**step, "reason": "No"},
            "request_resubmission": {**step, "reason": "Again", "stage_id": self.stage.pk},
            "delegate_step": {**step, "user_id": self.other.pk, "reason": "Away"},
            "escalate_step": {**step, "reason": "Away"},
            "cancel_workflow": {"attachment_id": self.attachment.pk, "actor": self.other, "reason": "No"},
            "start_workflow": {"attachment_id": self.waiting.pk, "actor": self.other},
            "attach_workflow_to_object": {"obj": self.free, "workflow": self.template, "user": self.other},
            "update_workflow": {"id": self.template.pk, "changes": WorkflowChanges(name_en="A")},
            "delete_workflow": {"id": self.template.pk},
            "clone_workflow": {"id": self.template.pk},
            "create_pipeline": {"workflow_id": self.template.pk, "pipeline": PipelineSpec(name_en="P")},
            "update_pipeline": {"id": pipeline.pk, "changes": PipelineChanges(name_en="A")},
            "delete_pipeline": {"id": pipeline.pk},
            "create_stage": {"pipeline_id": pipeline.pk, "stage": StageSpec(name_en="S")},
            "update_stage": {"id": self.stage.pk, "changes": StageChanges(name_en="A")},
            "delete_stage": {"id": self.stage.pk},
            "reorder_pipelines": {"workflow_id": self.template.pk, "pipeline_ids": [pipeline.pk]},
            "reorder_stages": {"pipeline_id": pipeline.pk, "stage_ids": [self.stage.pk]},
            "create_action": {
                "workflow_id": self.template.pk,
                "action": ActionSpec(action_type="after_approve", function_path="x"),
            },
            "update_action": {"id": self.action.pk, "changes": ActionChanges(order=3)},
            "delete_action": {"id": self.action.pk},
            "create_workflow": {"spec": spec_for(1, [[by_user(self.boss)]])},
            "update_active_status": {"workflow": self.template},
            "configure_model": {"model": Document, "changes": ConfigurationChanges()},
            "preview_approvers": {"target": self.free, "workflow": self.template, "actor": self.other},
            "get_workflow_attachment": {"obj": self.document},
            "get_current_stage": {"obj": self.document},
            "get_workflow_progress": {"workflow": self.template, "obj": self.document},
            "get_detailed_workflow_data": {"workflow_id": self.template.pk},
            "get_workflow_pipeline_structure": {"workflow_id": self.template.pk},
            "get_workflow_approval_summary": {"workflow_id": self.template.pk},
            "get_workflow_statistics": {},
        }


ASKED = (
    *("create_workflow", "update_active_status", "configure_model", "preview_approvers"),
    *("get_workflow_attachment", "get_current_stage", "get_workflow_progress", "get_detailed_workflow_data"),
    *("get_workflow_pipeline_structure", "get_workflow_approval_summary", "get_workflow_statistics"),
)
RUNNING = ("approve_step", "reject_step", "request_resubmission", "delegate_step", "escalate_step")
ALL = (
    *RUNNING,
    *("cancel_workflow", "start_workflow", "attach_workflow_to_object"),
    *("update_workflow", "delete_workflow", "clone_workflow", "create_pipeline", "update_pipeline", "delete_pipeline"),
    *("create_stage", "update_stage", "delete_stage", "reorder_pipelines", "reorder_stages"),
    *("create_action", "update_action", "delete_action"),
)
INSIDE = {
    WorkflowSpec: ("create_workflow", "spec"),
    PipelineSpec: ("create_pipeline", "pipeline"),
    StageSpec: ("create_stage", "stage"),
    ActionSpec: ("create_action", "action"),
    ConfigurationChanges: ("configure_model", "changes"),
}
IDS = ("id", "step_id", "attachment_id", "workflow_id", "pipeline_id", "stage_id", "user_id")


def refused_or_done(verb: str, arguments: dict[str, Any]) -> WorkflowError | None:
    """The verb's refusal, or None where it went through; any other exception is the test's failure."""
    try:
        getattr(services, verb)(**arguments)
    except WorkflowError as refused:
        return refused
    return None


def named(verb: str) -> Iterator[str]:
    """The parameters of a verb that are tried."""
    yield from (name for name in inspect.signature(getattr(services, verb)).parameters if name not in FREE)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("verb", [*ALL, *ASKED])
def test_a_strange_value_is_never_a_raw_exception(verb: str, strange: Any) -> None:
    good = World().arguments()[verb]
    for name in named(verb):
        with unchanged():
            before = transaction.savepoint()
            if refused_or_done(verb, good | {name: strange}) is None:  # one that may be given: take back what it did
                transaction.savepoint_rollback(before)


@pytest.mark.parametrize("verb", ALL)
def test_a_row_that_is_not_there_is_told(verb: str) -> None:
    good = World().arguments()[verb]
    for name in {*good} & {*IDS}:
        for gone in (0, "0", 4711, "4711", "?", None):
            if gone is None and name in ("stage_id", "workflow_id"):
                continue
            with unchanged():
                refused = refused_or_done(verb, good | {name: gone})
            assert refused is not None
            assert (refused.code, refused.path) == ("NOT_FOUND", (name,))


@pytest.mark.parametrize("strange", [*STRANGE, "first", [None]], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("kind", [WorkflowSpec, PipelineSpec, StageSpec, ActionSpec, ConfigurationChanges])
def test_a_strange_value_inside_of_what_a_verb_takes_is_never_a_raw_exception(kind: Any, strange: Any) -> None:
    arguments = World().arguments()
    verb, name = INSIDE[kind]
    for field in fields(kind):
        with unchanged():
            before = transaction.savepoint()
            given = replace(arguments[verb][name], **{field.name: strange})
            if refused_or_done(verb, arguments[verb] | {name: given}) is None:
                transaction.savepoint_rollback(before)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"strategy": None}, ("strategy",)),
        ({"strategy": 4}, ("strategy",)),
        ({"pipelines": None}, ("pipelines",)),
        ({"pipelines": [3]}, ("pipelines", "0")),
        ({"actions": "abc"}, ("actions",)),
        ({"pipelines": [PipelineSpec(name_en="P", stages=7)]}, ("pipelines", "0", "stages")),
        ({"pipelines": [PipelineSpec(name_en="P", number_of_stages="3")]}, ("pipelines", "0", "number_of_stages")),
    ],
)
def test_what_a_template_does_not_consist_of_is_told_at_its_place(given: Any, path: Any) -> None:
    with unchanged():
        refused = refused_or_done("create_workflow", {"spec": WorkflowSpec(**{"name_en": "A"} | given)})
    assert (refused and refused.code, refused and refused.path) == ("INVALID", path)


@pytest.mark.parametrize("verb", RUNNING)
def test_nobody_and_who_is_not_signed_in_have_no_step(verb: str) -> None:
    good = World().arguments()[verb]
    for nobody in (None, AnonymousUser(), "boss", object()):
        with unchanged():
            refused = refused_or_done(verb, good | {"actor": nobody})
        assert (refused and refused.code) == "NOT_YOUR_STEP"


@pytest.mark.parametrize(("verb", "name"), [("cancel_workflow", "actor"), ("attach_workflow_to_object", "user")])
def test_who_is_not_signed_in_is_forbidden(verb: str, name: str) -> None:
    good = World().arguments()[verb]
    for nobody in (AnonymousUser(), "boss", object()):
        with unchanged():
            refused = refused_or_done(verb, good | {name: nobody})
        assert (refused and refused.code, refused and refused.path) == ("FORBIDDEN", (name,))


@pytest.mark.parametrize("verb", ["reject_step", "request_resubmission", "cancel_workflow"])
@pytest.mark.parametrize(
    ("reason", "code"), [(None, "REQUIRED"), (" ", "REQUIRED"), (7, "INVALID"), ("\x00", "INVALID")]
)
def test_a_reason_is_a_text(verb: str, reason: Any, code: str) -> None:
    with_it = World().arguments()[verb] | {"reason": reason}
    with unchanged():
        refused = refused_or_done(verb, with_it)
    assert (refused and refused.code, refused and refused.path) == (code, ("reason",))


@pytest.mark.parametrize(("verb", "name"), [("approve_step", "comment"), ("delegate_step", "reason")])
def test_no_text_is_an_empty_one(verb: str, name: str) -> None:
    world = World()
    assert refused_or_done(verb, world.arguments()[verb] | {name: None}) is None


def test_a_delegate_who_is_gone_is_not_found() -> None:
    world = World()
    good = world.arguments()["delegate_step"]
    with unchanged():
        refused = refused_or_done("delegate_step", good | {"user_id": world.gone.pk})
    assert (refused and refused.code, refused and refused.path) == ("NOT_FOUND", ("user_id",))


def test_a_run_whose_model_is_installed_no_more_is_told_so() -> None:
    world = World()
    good = world.arguments()["approve_step"]
    content_type = world.attachment.content_type
    type(content_type).objects.filter(pk=content_type.pk).update(model="gone")
    type(content_type).objects.clear_cache()
    try:
        with unchanged():
            refused = refused_or_done("approve_step", good)
        assert (refused and refused.code) == "NOT_IN_PROGRESS"
    finally:
        type(content_type).objects.clear_cache()
    assert Document.objects.filter(pk=world.document.pk).exists()


@pytest.mark.parametrize("verb", [retry_action_run, skip_action_run])
@pytest.mark.parametrize(
    "actor", ["boss", object(), AnonymousUser(), User(is_superuser=True, is_staff=True)], ids=range(4)
)
def test_who_is_no_user_sees_to_no_action(verb: Any, actor: Any) -> None:
    with unchanged(), pytest.raises(MissingPermission):
        verb(id=1, actor=actor)


@pytest.mark.parametrize("status", [[["completed"]], [None], [{}], "running"], ids=range(4))
def test_a_cleanup_takes_the_states_of_ended_runs_alone(status: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        cleanup_completed_workflow_attachments(status=status)
    assert refused.value.path == ("status",)


@pytest.mark.parametrize("wrong", ["--grace=nan", "--grace=inf", "--loop=-1", "--loop=nan", "--limit=-1"])
def test_the_command_takes_numbers_that_can_be_waited_for(wrong: str) -> None:
    with pytest.raises(CommandError, match="is needed"):
        call_command("run_actions", wrong)


def test_a_recipient_alone_is_one_and_none_is_nobody() -> None:
    world = World()
    type(world.boss).objects.update(email="boss@example.com")
    world.boss.refresh_from_db()
    for alone in (world.boss.pk, world.boss, "boss@example.com"):
        assert resolve_recipients(alone, world.attachment) == {"boss@example.com"}
    assert resolve_recipients(None, world.attachment) == set()


@pytest.mark.parametrize("path", ["shop.mail.send", 3])
def test_a_mail_function_that_is_not_there_is_a_mail_that_is_not_sent(path: Any) -> None:
    with override_settings(WORKFLOW_SEND_EMAIL_FUNCTION=path):
        counts = send_bulk_workflow_emails("news", ["a@example.com"], {})
    assert counts == {"sent": 0, "failed": 1, "skipped": 0, "total": 1}
