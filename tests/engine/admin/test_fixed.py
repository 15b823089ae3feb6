"""Running rows and history in the admin: shown, and written by the engine's verbs alone."""

from __future__ import annotations

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from django_workflow_engine.models import ActionRun, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.admin.pages import Admin
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
MODELS = [WorkflowAttachment, WorkflowEvent, ActionRun, ApprovalFlow, ApprovalInstance]


@pytest.fixture(params=STRATEGIES)
def document(request):
    """An object whose run has asked, been answered, and called an action."""
    first, second = UserFactory(username="fatima"), UserFactory(username="bilal")
    template = template_for(request.param, [[by_user(first), by_user(second)]], name_en="Leave")
    template.actions.create(action_type="after_approve", function_path=f"{hooks.HERE}.note")
    document = DocumentFactory(title="<b>Holidays</b>")
    attach_workflow_to_object(document, template, user=UserFactory(username="erin"))
    approve(document, first, comment="<i>fine</i>")
    return document


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_shown_and_nobody_writes_it(model, document, admin):
    row = model.objects.first()
    assert admin.list(model).status_code == 200
    page = admin.open(row)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    with unchanged():
        assert admin.open(model).status_code == 403
        assert admin.client.post(admin.address(model, "add"), {}).status_code == 403
        assert admin.client.post(admin.address(row, "change"), {"status": "completed"}).status_code == 403
        assert admin.delete(row).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_the_list_s_own_action_deletes_nothing(model, document, admin):
    chosen = {"action": "delete_selected", "_selected_action": list(model.objects.values_list("pk", flat=True))}
    with unchanged():
        admin.client.post(admin.address(model, "changelist"), chosen | {"post": "yes"})


def test_the_page_of_an_attachment_tells_of_its_run_and_escapes_what_people_wrote(document, admin):
    attachment = WorkflowAttachment.objects.get()
    page = admin.open(attachment).content.decode()
    for text in ("&lt;b&gt;Holidays&lt;/b&gt;", "&lt;i&gt;fine&lt;/i&gt;", "fatima", "bilal", "erin", "· now"):
        assert text in page
    assert "<b>Holidays" not in page
    assert "<i>fine" not in page


def test_the_list_of_attachments_finds_and_filters(document, admin):
    attachment = WorkflowAttachment.objects.get()
    assert admin.rows(WorkflowAttachment, q=attachment.object_id) == [attachment]
    assert admin.rows(WorkflowAttachment, q="Leave") == [attachment]
    assert admin.rows(WorkflowAttachment, q="nothing") == []
    assert admin.rows(WorkflowAttachment, status__exact="in_progress") == [attachment]
    assert admin.rows(WorkflowAttachment, status__exact="completed") == []
    assert admin.rows(WorkflowEvent, q="fatima", kind__exact="approved") == list(
        WorkflowEvent.objects.filter(kind="approved")
    )


def test_an_attachment_whose_object_or_model_is_gone_is_still_shown(document, admin):
    document.delete()
    attachment = WorkflowAttachment.objects.get()
    assert admin.list(WorkflowAttachment).status_code == 200
    assert admin.open(attachment).status_code == 200
    gone = ContentType.objects.create(app_label="shop", model="order")
    WorkflowAttachment.objects.update(content_type=gone)
    assert admin.list(WorkflowAttachment).status_code == 200
    assert admin.open(attachment).status_code == 200


def test_a_step_that_no_workflow_asked_for_stays_the_package_s_own(admin, administrator):
    document = DocumentFactory()
    content_type = ContentType.objects.get_for_model(document)
    flow = ApprovalFlow.objects.create(content_type=content_type, object_id=str(document.pk))
    step = ApprovalInstance.objects.create(flow=flow, step_number=1, assigned_to=administrator, status="current")
    for row in (flow, step):
        assert admin.open(row).context["has_change_permission"]
    for row in (step, flow):
        assert admin.delete(row).status_code == 302


def test_who_has_no_permission_sees_nothing_and_who_may_view_sees_everything(document):
    clerk = User.objects.create_user("clerk", is_staff=True)
    client = Client()
    client.force_login(clerk)
    pages, row = Admin(client), WorkflowAttachment.objects.get()
    assert [pages.list(WorkflowAttachment).status_code, pages.open(row).status_code] == [403, 403]
    clerk.user_permissions.add(Permission.objects.get(codename="view_workflowattachment"))
    assert [pages.list(WorkflowAttachment).status_code, pages.open(row).status_code] == [200, 200]
