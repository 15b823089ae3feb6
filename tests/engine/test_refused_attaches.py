"""Objects, actors and positions for which attaching and starting are refused, and nothing is changed."""

from __future__ import annotations

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from approval_workflow.services import start_flow
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings

from django_workflow_engine.approvals.flows import FlowBusy
from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.errors import MissingPermission, ModelNotEnabled, NoApprover, NotFound
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object, start_workflow
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import asked, attachment_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Unlisted

pytestmark = pytest.mark.django_db

FLAT = WorkflowStrategy.WORKFLOW_ONLY
PERMISSION_NEEDED = override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True}})


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(FLAT, [[by_user(boss)]])


def test_a_model_that_the_settings_do_not_list_takes_no_workflow(template):
    unlisted = Unlisted.objects.create(title="No")
    with unchanged(), pytest.raises(ModelNotEnabled) as refused:
        attach_workflow_to_object(unlisted, template)
    assert (refused.value.code, refused.value.model) == (ErrorCode.MODEL_NOT_ENABLED, Unlisted)


@override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": []})
def test_without_a_list_every_model_takes_workflows(template, boss):
    unlisted = Unlisted.objects.create(title="Yes")
    attach_workflow_to_object(unlisted, template)
    assert asked(unlisted) == [boss]


@override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["TESTAPP.unlisted"]})
def test_the_list_is_read_without_regard_to_case(template, boss):
    unlisted = Unlisted.objects.create(title="Yes")
    attach_workflow_to_object(unlisted, template)
    assert asked(unlisted) == [boss]


def test_a_model_whose_configuration_is_switched_off_takes_no_workflow(template):
    document = DocumentFactory()
    content_type = ContentType.objects.get_for_model(Document)
    configuration = WorkflowConfiguration.objects.create(content_type=content_type, is_enabled=False)
    with unchanged(), pytest.raises(ModelNotEnabled):
        attach_workflow_to_object(document, template)
    configuration.is_enabled = True
    configuration.save()
    assert attach_workflow_to_object(document, template).status == "in_progress"


@PERMISSION_NEEDED
@pytest.mark.parametrize("error", [MissingPermission, PermissionError, ValueError])
def test_attaching_with_a_start_needs_the_permission_where_the_settings_say_so(template, error):
    document, user = DocumentFactory(), UserFactory()
    with unchanged(), pytest.raises(error) as refused:
        attach_workflow_to_object(document, template, user=user)
    assert refused.value.code == ErrorCode.FORBIDDEN
    assert refused.value.permission == "django_workflow_engine.start_workflow"


@PERMISSION_NEEDED
def test_starting_later_needs_the_permission_too(template):
    user = UserFactory()
    attachment = attach_workflow_to_object(DocumentFactory(), template, user=user, auto_start=False)
    with unchanged(), pytest.raises(MissingPermission):
        start_workflow(attachment_id=attachment.pk, actor=user)


@PERMISSION_NEEDED
def test_whoever_has_the_permission_starts(template):
    holder = UserFactory()
    holder.user_permissions.add(Permission.objects.get(codename="start_workflow"))
    superuser = User.objects.create_superuser("root")
    for actor in (holder, superuser, None):
        assert attach_workflow_to_object(DocumentFactory(), template, user=actor).status == "in_progress"


def nobody_in_an_empty_group(boss):
    return by_role(group_of(name="Board")), "Board"


def nobody_but_an_inactive_member(boss):
    return by_role(group_of(UserFactory(is_active=False), name="Board")), "Board"


def nobody_in_a_deleted_role(boss):
    role = group_of(boss)
    return by_role(role), role


def nobody_but_an_inactive_user(boss):
    return by_user(UserFactory(is_active=False)), "gone or inactive"


def nobody_to_approve_for_themselves(boss):
    return by_self(), "person of its own"


NOBODY = [
    nobody_in_an_empty_group,
    nobody_but_an_inactive_member,
    nobody_in_a_deleted_role,
    nobody_but_an_inactive_user,
    nobody_to_approve_for_themselves,
]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("nobody", NOBODY)
def test_a_first_position_that_nobody_can_decide_is_not_entered(strategy, nobody, boss):
    approval, named = nobody(boss)
    workflow = template_for(strategy, [[by_user(boss), approval]])
    if not isinstance(named, str):
        named.delete()
        named = f"the role {approval['user_role']} does not exist"
    document = DocumentFactory()
    with unchanged(), pytest.raises(NoApprover, match=named) as refused:
        attach_workflow_to_object(document, workflow)
    assert refused.value.code == ErrorCode.NO_APPROVER
    assert refused.value.position == {1: "Stage 1", 2: "Pipeline 1", 3: "Purchase approval (Copy)"}[strategy]
    assert refused.value.approval.as_json() == approval


def test_a_user_who_was_deleted_is_never_replaced_by_somebody_else(boss):
    starter = UserFactory()
    workflow, document = template_for(FLAT, [[by_user(boss)]]), DocumentFactory(created_by=starter)
    boss.delete()
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, workflow, user=starter)


def test_a_creator_who_is_inactive_is_not_replaced_by_the_starter():
    document, starter = DocumentFactory(created_by=UserFactory(is_active=False)), UserFactory()
    workflow = template_for(FLAT, [[by_self()]])
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, workflow, user=starter)


def test_starting_later_is_refused_too_when_nobody_can_decide(boss):
    role = group_of(boss)
    document = DocumentFactory()
    workflow = template_for(FLAT, [[by_role(role)]])
    attachment = attach_workflow_to_object(document, workflow, auto_start=False)
    role.user_set.clear()
    with unchanged(), pytest.raises(NoApprover):
        start_workflow(attachment_id=attachment.pk)
    role.user_set.add(boss)
    start_workflow(attachment_id=attachment.pk)
    assert asked(document) == [boss]


def test_an_object_with_open_approvals_of_somebody_else_is_left_alone(template, boss):
    document = DocumentFactory()
    start_flow(document, [{"step": 1, "assigned_to": boss}])
    with unchanged(), pytest.raises(FlowBusy) as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.code == ErrorCode.CONFLICT
    attachment = attach_workflow_to_object(document, template, auto_start=False)
    with unchanged(), pytest.raises(FlowBusy):
        start_workflow(attachment_id=attachment.pk)


def test_a_flow_of_somebody_else_that_is_over_is_continued(template, boss):
    document = DocumentFactory()
    flow = start_flow(document, [{"step": 4, "assigned_to": boss}])
    ApprovalInstance.objects.filter(flow=flow).update(status="approved")
    attach_workflow_to_object(document, template)
    assert (attachment_of(document).approval_flow, ApprovalFlow.objects.count()) == (flow, 1)
    assert attachment_of(document).first_step_number == 5


def test_a_template_that_is_deleted_while_it_is_being_attached_is_not_found(template, monkeypatch):
    """Its row was read, and is gone when the attachment is made: nobody waits for it to come back."""
    document = DocumentFactory()

    def another_deletes_it(model, workflow):
        WorkFlow.objects.filter(pk=workflow.pk)._raw_delete("default")

    monkeypatch.setattr("django_workflow_engine.services.attaching.ensure_workflow_allowed", another_deletes_it)
    with unchanged(), pytest.raises(NotFound) as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.path == ("workflow_id",)
