"""Attaching a template to many objects: what each of them gets is what one alone gets, and so is what it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import ActionType, WorkflowStrategy
from django_workflow_engine.errors import (
    AlreadyAttached,
    Forbidden,
    InvalidInput,
    MissingPermission,
    ModelNotEnabled,
    NoApprover,
    NotFound,
    WorkflowInactive,
)
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.access import RunParticipation
from django_workflow_engine.services import (
    attach_workflow_to_object,
    attach_workflow_to_objects,
    reject_step,
)
from django_workflow_engine.signals import attachment_changed, attachments_changed
from tests.engine.actions.firing import PATH
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, place, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Unlisted, UuidDocument

pytestmark = pytest.mark.django_db

BATCH = "django_workflow_engine.services.attaching_many.BATCH"
FLAT = WorkflowStrategy.WORKFLOW_ONLY
EVERY_START = [{"action_type": ActionType.ON_WORKFLOW_START.value, "function_path": f"{PATH}.notify"}]
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(FLAT, [[by_user(boss)]])


def written(obj: Any) -> dict[str, Any]:
    """Everything that attaching wrote for an object, without keys and moments."""
    attachment = attachment_of(obj)
    participants = RunParticipation.objects.filter(attachment=attachment).order_by("principal")
    runs = ActionRun.objects.filter(attachment=attachment).order_by("order")
    left_out = ("id", "flow", "started_at", "updated_at")
    seats = [
        {field.name: getattr(step, field.attname) for field in step._meta.concrete_fields if field.name not in left_out}
        for step in steps_of(obj)
    ]
    return {
        "status": attachment.status,
        "place": place(obj),
        "version": attachment.workflow_id,
        "flow": attachment.approval_flow is not None and attachment.approval_flow.object_id == str(obj.pk),
        "numbers": (attachment.run_number, attachment.first_step_number),
        "people": (attachment.started_by, attachment.metadata),
        "moments": (attachment.started_at is None, attachment.completed_at),
        "history": history(obj, "actor_name", "to_pipeline", "to_stage", "to_stage_ar", "run_number"),
        "seats": seats,
        "participants": [(row.principal, row.created_at == attachment.created_at) for row in participants],
        "actions": [(run.function_path, run.order, run.context, run.attachment_status) for run in runs],
    }


@every_strategy
@pytest.mark.parametrize("auto_start", [True, False])
def test_each_object_gets_what_one_alone_gets(strategy, auto_start, boss):
    members, starter = UserFactory.create_batch(3), UserFactory()
    template = template_for(strategy, [[by_role(group_of(*members), "consensus"), by_user(boss)]])
    one, *many = DocumentFactory.create_batch(4)
    options = {"user": starter, "auto_start": auto_start, "metadata": {"priority": 1}}
    with override_settings(WORKFLOW_ACTIONS_CONFIG=EVERY_START):
        attach_workflow_to_object(one, template, **options)
        answers = attach_workflow_to_objects(many, template, **options)
    assert [(answer.obj, answer.attachment, answer.error) for answer in answers] == [
        (document, attachment_of(document), None) for document in many
    ]
    for document in many:
        assert written(document) == written(one)


def test_the_answers_hold_the_rows_as_they_are_stored(template):
    (answer,) = attach_workflow_to_objects([DocumentFactory()], template)
    stored = attachment_of(answer.obj)
    for field in WorkflowAttachment._meta.concrete_fields:
        if not field.generated:
            assert getattr(answer.attachment, field.attname) == getattr(stored, field.attname), field.name


def test_the_runs_go_on_as_any_other(template, boss):
    documents = DocumentFactory.create_batch(3)
    attach_workflow_to_objects(documents, template)
    for document in documents:
        assert approve(document, boss).outcome == "workflow_completed"


def test_no_object_is_nothing(template):
    with unchanged():
        assert attach_workflow_to_objects([], template) == []


def test_objects_may_be_of_any_models_and_come_from_a_queryset_or_a_generator(template, boss):
    mixed = [DocumentFactory(), UuidDocument.objects.create(title="U"), DocumentFactory()]
    answers = attach_workflow_to_objects((one for one in mixed), template)
    assert [answer.obj for answer in answers] == mixed
    assert [asked(one) for one in mixed] == [[boss]] * 3
    DocumentFactory.create_batch(2)
    again = attach_workflow_to_objects(Document.objects.order_by("pk"), template)
    assert [answer.error is None for answer in again] == [False, False, True, True]


def test_the_refused_are_told_why_and_leave_the_others_attached(template, boss):
    running, gone, free, ended = DocumentFactory.create_batch(4)
    attachment = attach_workflow_to_object(running, template)
    attach_workflow_to_object(ended, template)
    reject_step(step_id=seat(ended, boss).pk, actor=boss, reason="No")
    Document.objects.filter(pk=gone.pk).delete()
    unsaved, unlisted = Document(title="New"), Unlisted.objects.create(title="No")
    given = [running, unsaved, free, gone, "nothing", free, unlisted, ended, unsaved]
    answers = attach_workflow_to_objects(given, template)
    assert [None if answer.error is None else type(answer.error) for answer in answers] == [
        AlreadyAttached,
        InvalidInput,
        None,
        NotFound,
        InvalidInput,
        AlreadyAttached,
        ModelNotEnabled,
        None,
        InvalidInput,
    ]
    assert answers[0].error.attachment == attachment
    assert answers[5].error.attachment == answers[2].attachment
    assert {answer.error.path for answer in answers if answer.error is not None} == {("target",)}
    assert [answer.attachment is None for answer in answers] == [answer.error is not None for answer in answers]
    assert (asked(free), asked(ended)) == ([boss], [boss])
    assert attachment_of(ended).run_number == 2
    assert WorkflowAttachment.objects.count() == 3


def test_an_object_that_nobody_could_decide_is_refused_alone(boss):
    template = template_for(FLAT, [[by_self()]])
    with_owner, without = DocumentFactory(created_by=boss), DocumentFactory(created_by=None)
    answers = attach_workflow_to_objects([without, with_owner], template)
    assert [type(answer.error) for answer in answers] == [NoApprover, type(None)]
    assert asked(with_owner) == [boss]
    assert not steps_of(without)


def test_nobody_is_asked_about_an_own_object_where_that_is_forbidden(boss):
    template = template_for(FLAT, [[by_user(boss)]])
    own, other = DocumentFactory(created_by=boss), DocumentFactory(created_by=UserFactory())
    with override_settings(DJANGO_WORKFLOW_ENGINE={"FORBID_SELF_APPROVAL": True}):
        answers = attach_workflow_to_objects([own, other], template)
    assert [type(answer.error) for answer in answers] == [NoApprover, type(None)]


@pytest.mark.parametrize("batch", [500, 2])
def test_a_round_robin_goes_round_as_it_does_one_by_one(batch, monkeypatch):
    monkeypatch.setattr(BATCH, batch)
    members = UserFactory.create_batch(3)
    template = template_for(FLAT, [[by_role(group_of(*members), "round_robin")]])
    attach_workflow_to_object(DocumentFactory(), template)
    documents = DocumentFactory.create_batch(5)
    attach_workflow_to_objects(documents, template)
    assert [asked(document) for document in documents] == [[members[n % 3]] for n in range(1, 6)]


def test_a_refused_run_takes_no_turn():
    members = UserFactory.create_batch(2)
    turns, nobody = by_role(group_of(*members), "round_robin"), by_role(group_of(), "anyone")
    refused = template_for(FLAT, [[turns, nobody]], approval_mode="parallel")
    document = DocumentFactory()
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, refused)
    attach_workflow_to_object(document, template_for(FLAT, [[turns]]))
    assert asked(document) == [members[0]]


def test_every_batch_is_answered_in_its_place(template, monkeypatch):
    monkeypatch.setattr(BATCH, 2)
    documents = DocumentFactory.create_batch(5)
    attach_workflow_to_object(documents[3], template)
    answers = attach_workflow_to_objects(documents, template)
    assert [answer.attachment and answer.attachment.object_id for answer in answers] == [
        str(document.pk) if index != 3 else None for index, document in enumerate(documents)
    ]


def test_the_objects_show_the_stage_where_their_model_has_a_field_for_it(boss):
    template = template_for(1, [[by_user(boss)]])
    content_type = ContentType.objects.get_for_model(Document)
    WorkflowConfiguration.objects.create(content_type=content_type, stage_field="title")
    documents = DocumentFactory.create_batch(3)
    attach_workflow_to_objects(documents, template)
    assert {document.title for document in documents} == {"Stage 1"}
    assert set(Document.objects.values_list("title", flat=True)) == {"Stage 1"}


def test_what_the_model_s_own_hook_refuses_is_refused(template, boss):
    hooks.calls.clear()
    WorkflowConfiguration.objects.create(
        content_type=ContentType.objects.get_for_model(Document), pre_start_hook=f"{hooks.HERE}.only_titled"
    )
    titled, untitled = DocumentFactory(title="Chairs"), DocumentFactory(title="")
    answers = attach_workflow_to_objects([untitled, titled], template)
    assert [type(answer.error) for answer in answers] == [InvalidInput, type(None)]
    assert not steps_of(untitled)
    assert asked(titled) == [boss]


REFUSED: dict[str, tuple[type[Exception], Callable[[WorkFlow], Any], dict[str, Any]]] = {
    "an inactive workflow": (WorkflowInactive, lambda template: template, {}),
    "no workflow": (InvalidInput, lambda template: None, {}),
    "a workflow that is gone": (NotFound, lambda template: WorkFlow(pk=0), {}),
    "metadata that is no object": (InvalidInput, lambda template: template, {"metadata": [1]}),
    "somebody who is not signed in": (Forbidden, lambda template: template, {"user": "anna"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_object_could_be_attached_with_is_refused_as_a_whole(case, template):
    error, workflow, options = REFUSED[case]
    if error is WorkflowInactive:
        WorkFlow.objects.filter(pk=template.pk).update(is_active=False)
    documents = DocumentFactory.create_batch(2)
    with unchanged(), pytest.raises(error):
        attach_workflow_to_objects(documents, workflow(template), **options)


@override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True}})
def test_the_permission_to_start_is_asked_once_for_all(template):
    documents, clerk = DocumentFactory.create_batch(2), UserFactory()
    with unchanged(), pytest.raises(MissingPermission):
        attach_workflow_to_objects(documents, template, user=clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="start_workflow"))
    answers = attach_workflow_to_objects(documents, template, user=User.objects.get(pk=clerk.pk))
    assert [answer.error for answer in answers] == [None, None]


def test_what_a_project_s_code_raises_undoes_its_batch_and_is_raised(template, monkeypatch):
    monkeypatch.setattr(BATCH, 2)
    documents = DocumentFactory.create_batch(4)
    WorkflowConfiguration.objects.create(
        content_type=ContentType.objects.get_for_model(Document), pre_start_hook=f"{hooks.HERE}.raises_for_broken"
    )
    Document.objects.filter(pk=documents[3].pk).update(title="Broken")
    with pytest.raises(RuntimeError, match="broken"):
        attach_workflow_to_objects(documents, template)
    assert set(WorkflowAttachment.objects.values_list("object_id", flat=True)) == {str(one.pk) for one in documents[:2]}


@every_strategy
def test_the_statements_are_as_many_for_many_objects_as_for_one(strategy, boss):
    members = UserFactory.create_batch(3)
    template = template_for(strategy, [[by_role(group_of(*members)), by_user(boss)]])
    attach_workflow_to_objects([DocumentFactory()], template)
    costs = set()
    for count in (1, 3, 10 if connection.vendor == "sqlite" else 100):  # it takes few values in one statement
        documents = DocumentFactory.create_batch(count)
        with CaptureQueriesContext(connection) as captured:
            attach_workflow_to_objects(documents, template, user=boss)
        costs.add(len(captured))
    assert len(costs) == 1


def test_everybody_hears_of_each_object_once_it_is_committed(template, boss, django_capture_on_commit_callbacks):
    one_by_one, together = [], []

    def listen(sender, attachment_id, user_ids, **kwargs):
        one_by_one.append((attachment_id, set(user_ids)))

    def listen_to_all(sender, changes, **kwargs):
        together.append([(change.attachment_id, set(change.user_ids)) for change in changes])

    attachment_changed.connect(listen)
    attachments_changed.connect(listen_to_all)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answers = attach_workflow_to_objects(DocumentFactory.create_batch(3), template)
            assert one_by_one == []
    finally:
        attachment_changed.disconnect(listen)
        attachments_changed.disconnect(listen_to_all)
    assert one_by_one == [(answer.attachment.pk, {boss.pk}) for answer in answers]
    assert together == [one_by_one]
