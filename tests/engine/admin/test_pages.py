"""What every page of the admin says, in both languages and to people with few permissions."""

from __future__ import annotations

import re

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from django_workflow_engine.models import (
    ActionRun,
    Pipeline,
    Stage,
    WorkFlow,
    WorkflowAction,
    WorkflowAttachment,
    WorkflowConfiguration,
    WorkflowEvent,
)
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.admin.pages import Admin
from tests.engine.configuration import hooks
from tests.factories import DocumentFactory, UserFactory, by_user
from tests.runs import approve
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db
EDITED = [WorkFlow, Pipeline, Stage, WorkflowAction, WorkflowConfiguration]
RUNS = [WorkflowAttachment, WorkflowEvent, ActionRun, ApprovalFlow, ApprovalInstance]
ROLE = "Checkers (All users with the role must approve)"
ENGLISH = ("Buying", "Bookkeeping", "Look over")


@pytest.fixture
def attachment(db) -> WorkflowAttachment:
    """A run that a person decided, that asks a role now, and that called an action."""
    nora, group = UserFactory(username="nora"), Group.objects.create(name="Checkers")
    UserFactory(username="omar").groups.add(group)
    by_role = {"approval_type": "role", "user_role": group.pk, "role_selection_strategy": "consensus"}
    template = WorkFlow.objects.create(name_en=ENGLISH[0], name_ar="شراء")
    pipeline = Pipeline.objects.create(workflow=template, name_en=ENGLISH[1], name_ar="محاسبة")
    info = {"approvals": [by_user(nora), by_role]}
    Stage.objects.create(pipeline=pipeline, name_en=ENGLISH[2], name_ar="مراجعة", stage_info=info)
    template.actions.create(action_type="after_approve", function_path=f"{hooks.HERE}.note")
    WorkflowConfiguration.objects.create(content_type=ContentType.objects.get_for_model(Deal))
    document = DocumentFactory()
    attach_workflow_to_object(document, template, user=nora, metadata={"note": "kept"})
    approve(document, nora, comment="Fine")
    return WorkflowAttachment.objects.get()


def signed_in(user: User, language: str = "en") -> Admin:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return Admin(client)


def clerk(*codenames: str) -> User:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def row_of(model):
    frozen = {"is_hidden": False} if model in (WorkFlow, Pipeline, Stage) else {}
    return model.objects.filter(**frozen).first()


def labels(page) -> list[str]:
    return [text.strip() for text in re.findall(r"<label[^>]*>([^<]+)", page.content.decode())]


def without_foreign_keys(page) -> str:
    """The page but for the foreign keys that are only shown, which Django links whatever the viewer may see."""
    return re.sub('<div class="readonly"><a [^>]*>', "", page.content.decode())


@pytest.mark.parametrize("model", [*EDITED, *RUNS])
def test_every_label_of_a_page_begins_with_a_capital_letter(model, attachment, admin):
    own = [label for label in labels(admin.open(row_of(model))) if label[0].islower()]
    assert own == []
    if model in EDITED:
        assert [label for label in labels(admin.open(model)) if label[0].islower()] == []


@pytest.mark.parametrize("model", RUNS)
def test_a_page_of_a_run_shows_neither_an_english_name_nor_an_english_label_in_arabic(model, attachment, administrator):
    page = signed_in(administrator, "ar").open(row_of(model))
    text = page.content.decode()
    assert [name for name in ENGLISH if name in text] == []
    assert [label for label in labels(page) if re.match("[A-Za-z]", label)] == []


def test_the_steps_of_an_attachment_are_told_in_names(attachment, admin):
    table = admin.open(attachment).content.decode().split("Role</th>")[1].split("</table>")[0]
    rows = [re.findall("<td>(.*?)</td>", row, re.DOTALL) for row in table.split("<tr>")[1:]]
    assert [row[:8] for row in rows] == [
        ["1", "Bookkeeping / Look over", "nora", "", "Approve", "", "Approved", "nora"],
        [
            "2",
            "Bookkeeping / Look over",
            "omar",
            "Checkers (All users with the role must approve)",
            "Approve",
            "",
            "Current",
            "",
        ],
    ]
    assert rows[0][9] == "Fine"


def test_a_run_leads_to_its_template_its_actions_and_its_object_and_they_lead_back(attachment, admin):
    page = admin.open(attachment).content.decode()
    template = WorkFlow.objects.get(is_hidden=False)
    assert f'href="{admin.address(template, "change")}"' in page
    actions = f"{admin.address(ActionRun, 'changelist')}?attachment__exact={attachment.pk}"
    assert f'href="{actions}"' in page
    assert [*admin.client.get(actions).context["cl"].result_list] == [*ActionRun.objects.all()]
    for model in (WorkflowEvent, ActionRun, ApprovalFlow, ApprovalInstance):
        assert f'href="{admin.address(attachment, "change")}"' in admin.open(row_of(model)).content.decode()
    assert "&quot;note&quot;: &quot;kept&quot;" in page


def test_who_may_only_view_meets_no_error_and_no_button(attachment):
    viewer = clerk(*Permission.objects.filter(codename__startswith="view_").values_list("codename", flat=True))
    pages = signed_in(viewer)
    for model in (*EDITED, *RUNS):
        for page in (pages.list(model), pages.open(row_of(model))):
            assert page.status_code == 200, model
            text = page.content.decode()
            for button in ('name="_save"', "deletelink", "addlink", "delete_selected", 'value="Retry"'):
                assert button not in text, (model, button)
        assert pages.open(model).status_code == 403
        assert pages.delete(row_of(model)).status_code == 403


@pytest.mark.parametrize("model", [*EDITED, *RUNS])
def test_who_may_view_one_kind_alone_is_led_nowhere_else(model, attachment):
    name = model._meta.model_name
    pages = signed_in(clerk(f"view_{name}"))
    for page in (pages.list(model), pages.open(row_of(model))):
        assert page.status_code == 200
        for other in {*EDITED, *RUNS} - {model}:
            assert f'href="{pages.address(other, "changelist")}' not in without_foreign_keys(page)


@pytest.mark.parametrize("model", EDITED)
def test_who_may_change_one_kind_alone_saves_its_page(model, attachment):
    name = model._meta.model_name
    pages = signed_in(clerk(f"view_{name}", f"change_{name}"))
    assert pages.save(row_of(model)).status_code == 302


def test_only_models_that_could_take_workflows_can_be_configured(attachment, admin, settings):
    field = admin.open(WorkflowConfiguration).context["adminform"].form.fields["content_type"]
    offered = {found.model_class()._meta.label for found in field.queryset}
    assert "testapp.Document" in offered
    assert not offered & {"testapp.Deal", "admin.LogEntry", "sessions.Session", "contenttypes.ContentType"}
    assert not any(label.startswith(("django_workflow_engine.", "approval_workflow.")) for label in offered)
    assert field.help_text == "Only models whose rows can take workflows, and that are not configured yet."
    settings.DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["testapp.Document"]}
    field = admin.open(WorkflowConfiguration).context["adminform"].form.fields["content_type"]
    assert [text for key, text in field.choices if key] == ["Document (testapp.Document)"]
