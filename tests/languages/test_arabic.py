"""What people read comes out in Arabic where Arabic is asked for, and in English everywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.choices import ApprovalStatus
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from django_workflow_engine.admin.picture import picture_of
from django_workflow_engine.approvals.words import WORDS
from django_workflow_engine.choices import ActionType, AttachmentStatus
from django_workflow_engine.errors import FormDataInvalid, InvalidDefinition, WorkflowInactive
from django_workflow_engine.models import WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.registry import registered_actions
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_workflow
from django_workflow_engine.strategies.diagram import Diagram, DiagramNode
from gql_workflows.demo.models import DynamicForm, PurchaseRequest
from tests.api.documents import ATTACH
from tests.api.inputs import attach_input
from tests.client import URL, Api
from tests.factories import DocumentFactory, UserFactory, by_user, spec_for, template_for
from tests.runs import seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
INACTIVE = "سير العمل «\u2068Chairs\u2069» غير نشط."


@pytest.fixture
def arabic(english: None) -> Any:
    with translation.override("ar"):
        yield


@pytest.fixture
def approver() -> User:
    return UserFactory(username="mona", email="mona@example.com")


@pytest.mark.usefixtures("arabic")
def test_the_refusal_of_an_attach(approver: User) -> None:
    template = template_for(3, [[by_user(approver)]], name_en="Chairs", status="inactive")
    document = DocumentFactory()
    with unchanged(), pytest.raises(WorkflowInactive) as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.message == INACTIVE


@pytest.mark.usefixtures("arabic")
def test_a_fault_of_a_definition_with_its_path() -> None:
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=spec_for(3, [[{"approval_type": "role"}]]))
    (fault,) = refused.value.faults
    assert (fault.path, fault.message) == (("approvals", "0", "user_role"), "يجب أن تحدد موافقة الدور هذا الدور.")


@pytest.mark.usefixtures("arabic")
def test_what_save_refuses_with_its_path() -> None:
    with unchanged(), pytest.raises(ValidationError) as refused:
        WorkFlow.objects.create(name_en="x", strategy=3, workflow_info={"approvals": [{}]})
    assert refused.value.message_dict == {
        "workflow_info": ["workflow_info.approvals.0.approval_type: يجب أن تحدد الموافقة صاحب القرار."]
    }


@pytest.mark.usefixtures("arabic")
def test_the_form_of_rest_framework() -> None:
    form = WorkFlowSerializer(data={"name_en": "x", "strategy": 3, "workflow_info": {"no": 1}})
    assert not form.is_valid()
    assert [str(text) for text in form.errors["workflow_info"]["no"]] == ["لا يوجد مفتاح كهذا هنا."]


SCHEMA = {
    "type": "object",
    "required": ["code", "who"],
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "count": {"type": ["integer", "null"], "minimum": 1},
        "size": {"enum": ["S", 2]},
        "lines": {"type": "array", "maxItems": 1},
        "other": {"anyOf": [{"const": 1}]},
    },
}
BAD = {"name": "ab", "count": "x", "size": "L", "lines": [1, 2], "other": 2}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "ar",
            [
                ("", "بيانات ناقصة: code, who."),
                ("count", "يجب أن تكون هذه القيمة من نوع آخر: عدد صحيح, لا شيء."),
                ("lines", "يجب ألا يزيد عدد العناصر على عنصر واحد (1)."),
                ("name", "يجب ألا يقل طول النص عن 3 أحرف."),
                ("other", "هذه القيمة لا تطابق الاستمارة."),
                ("size", "يجب أن تكون هذه القيمة إحدى القيم التالية: S, 2."),
            ],
        ),
        (
            "en",
            [
                ("", "Missing: code, who."),
                ("count", "This must be of another type: whole number, nothing."),
                ("lines", "This must have at most 1 entry."),
                ("name", "This must have at least 3 characters."),
                ("other", "This does not fit the form."),
                ("size", "This must be one of: S, 2."),
            ],
        ),
    ],
)
def test_the_faults_of_form_data(language: str, expected: Any, approver: User, settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    form = DynamicForm.objects.create(name="F", form_schema=SCHEMA)
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(approver) | {"required_form": form.pk}]]))
    step = seat(document, approver)
    with translation.override(language), unchanged(), pytest.raises(FormDataInvalid) as refused:
        approve_step(step_id=step.pk, actor=approver, form_data=BAD)
    assert [(".".join(fault.path[1:]), fault.message) for fault in refused.value.faults] == expected


@pytest.mark.usefixtures("arabic")
def test_choices_and_names_of_models() -> None:
    assert AttachmentStatus.IN_PROGRESS.label == "قيد التنفيذ"
    assert WorkflowAttachment(status="in_progress").get_status_display() == "قيد التنفيذ"
    assert str(WorkflowAttachment._meta.get_field("started_at").verbose_name) == "وقت البدء"
    assert str(PurchaseRequest._meta.verbose_name_plural) == "طلبات الشراء"


def test_the_words_of_the_approval_package() -> None:
    labels = {str(status.label) for status in ApprovalStatus}
    assert labels <= set(WORDS)
    with translation.override("ar"):
        assert {str(status.label) for status in ApprovalStatus}.isdisjoint(labels)


@pytest.mark.usefixtures("arabic")
def test_the_actions_to_choose_from() -> None:
    own = {action.path.rpartition(".")[2]: action for action in registered_actions()}
    found = own["send_rejection_notification"]
    assert (found.label, found.description) == ("رسالة عن رفض", "إبلاغ مُنشئ العنصر بالرفض وسببه.")


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize(
    ("approvals", "text"),
    [
        (0, "لا موافقات (0)"),
        (1, "موافقة واحدة (1)"),
        (2, "موافقتان (2)"),
        (3, "3 موافقات"),
        (11, "11 موافقة"),
        (100, "100 موافقة"),
    ],
)
def test_a_picture_counts_as_arabic_does(approvals: int, text: str) -> None:
    node = DiagramNode(id="stage-1", label="X", color=None, approvals=approvals, pipeline=None)
    drawn = picture_of(Diagram(nodes=[node], edges=[], current="stage-1"))
    assert f">{text} · الآن<" in drawn


@pytest.mark.usefixtures("arabic")
@pytest.mark.django_db(transaction=True)
def test_the_mail_about_a_start(approver: User) -> None:
    template = template_for(3, [[by_user(approver)]])
    path = "django_workflow_engine.action_handlers.send_workflow_start_notification"
    WorkflowAction.objects.create(workflow=template, action_type=ActionType.ON_WORKFLOW_START, function_path=path)
    attach_workflow_to_object(DocumentFactory(title="Lamp"), template, user=UserFactory())
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["mona@example.com"], "بانتظار قرارك: Lamp")
    assert "اسم سير العمل: Purchase approval (Copy)" in message.body.splitlines()


def test_a_page_of_the_admin() -> None:
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(User.objects.create_superuser("ada"))
    page = client.get(reverse("admin:django_workflow_engine_workflow_add")).content.decode()
    assert 'dir="rtl"' in page
    for text in ("الاسم (بالعربية)", "الموافقات على مراحل المسارات", "المستوى الذي تقع عليه الموافقات."):
        assert text in page


@pytest.mark.parametrize(
    ("language", "message"),
    [("ar", INACTIVE), ("ar-EG,en;q=0.5", INACTIVE), ("fr", "The workflow “Chairs” is not active.")],
)
def test_the_api_refuses_in_the_language_of_the_request(approver: User, language: str, message: str) -> None:
    template = template_for(3, [[by_user(approver)]], name_en="Chairs", status="inactive")
    owner = UserFactory()
    fields = attach_input(template, DocumentFactory(created_by=owner))
    with unchanged():
        answer = Api(owner, **{"Accept-Language": language}).run(ATTACH, input=fields)["attachWorkflow"]
    assert [(error["code"], error["message"]) for error in answer["errors"]] == [("WORKFLOW_INACTIVE", message)]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ workflows { totalCount } }", "سجّل الدخول أولًا."),
        (
            "query A { __typename } query B { __typename }",
            "حدّد العملية المراد تنفيذها، فالمستند يحتوي على أكثر من عملية.",
        ),
    ],
)
def test_top_level_errors_of_the_api(document: str, message: str) -> None:
    errors = Api(**{"Accept-Language": "ar"}).errors(document)
    assert [error["message"] for error in errors] == [message]


def test_a_request_that_is_not_even_run() -> None:
    response = Client(headers={"Accept-Language": "ar"}).post(URL, "{}", content_type="text/plain")
    (error,) = response.json()["errors"]
    assert (response.status_code, error["message"]) == (415, "أرسل application/json بترميز UTF-8.")
