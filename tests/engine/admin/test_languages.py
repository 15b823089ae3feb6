"""Names and titles in the reader's language, and texts of both directions beside each other."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation
from django.utils.timezone import localtime

from django_workflow_engine.choices import EventKind
from django_workflow_engine.i18n import isolated
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
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
ENGLISH = ("Buying", "Bookkeeping", "Look")
ARABIC = ("شراء", "محاسبة", "مراجعة")


@pytest.fixture
def arabic_admin(administrator: User) -> Admin:
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(administrator)
    return Admin(client)


@pytest.fixture
def attachment(db) -> WorkflowAttachment:
    """A run of a template with both names at every level, which has called an action."""
    approver = UserFactory(username="mona")
    template = WorkFlow.objects.create(name_en=ENGLISH[0], name_ar=ARABIC[0])
    pipeline = Pipeline.objects.create(workflow=template, name_en=ENGLISH[1], name_ar=ARABIC[1])
    asked = {"approvals": [by_user(approver), by_user(approver)]}
    stage = Stage.objects.create(pipeline=pipeline, name_en=ENGLISH[2], name_ar=ARABIC[2], stage_info=asked)
    for owner in (template, pipeline, stage):
        owner.actions.create(action_type="after_approve", function_path=f"{hooks.HERE}.note")
    configured, _made = WorkflowConfiguration.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Document)
    )
    configured.default_workflow = template
    configured.save()
    document = DocumentFactory(title="Chairs (2)")
    attach_workflow_to_object(document, template)
    approve(document, approver)
    return WorkflowAttachment.objects.get()


SHOWN = [
    *(WorkFlow, Pipeline, Stage, WorkflowAction),
    *(WorkflowConfiguration, WorkflowAttachment, WorkflowEvent, ActionRun),
]


@pytest.mark.parametrize("model", SHOWN)
def test_a_list_in_arabic_shows_no_english_name(model, attachment, arabic_admin):
    page = arabic_admin.list(model).content.decode()
    listed = page.split('id="result_list"')[1]
    assert [name for name in ENGLISH if name in listed] == []


@pytest.mark.parametrize(
    ("model", "english", "arabic"), [*zip([WorkFlow, Pipeline, Stage], ENGLISH, ARABIC, strict=True)]
)
def test_a_name_is_the_reader_s_and_the_other_where_that_one_is_empty(model, english, arabic, attachment):
    row = model.objects.get(is_hidden=False)
    assert str(row) == english
    with translation.override("ar-eg"):
        assert str(row) == arabic
        row.name_ar = ""
        assert str(row) == english
    row.name_en, row.name_ar = "", arabic
    assert str(row) == arabic


def test_a_list_is_sorted_by_the_names_that_are_shown(admin, arabic_admin):
    for english, arabic in (("A", "ج"), ("B", "أ"), ("C", "")):
        WorkFlow.objects.create(name_en=english, name_ar=arabic)
    assert [row.name_en for row in admin.rows(WorkFlow, o="1")] == ["A", "B", "C"]
    assert [row.name_en for row in arabic_admin.rows(WorkFlow, o="1")] == ["C", "B", "A"]
    assert [row.name_en for row in arabic_admin.rows(WorkFlow, o="-1")] == ["A", "B", "C"]


@pytest.mark.parametrize("model", [Pipeline, Stage, WorkflowAction, WorkflowConfiguration])
def test_the_arabic_name_of_what_is_above_is_searched(model, attachment, admin):
    assert len(admin.rows(model, q=ARABIC[0])) >= 1
    assert admin.rows(model, q="nothing") == []


def test_the_picture_and_what_is_missing_are_in_arabic(attachment, arabic_admin):
    stage = Stage.objects.get(is_hidden=False)
    Stage.objects.filter(pk=stage.pk).update(stage_info={})
    shown = arabic_admin.open(stage.pipeline.workflow).content.decode().split('role="img"')[-1]
    picture, rest = shown.split("</svg>")[:2]
    assert ENGLISH[2] not in picture
    assert ARABIC[2] in picture
    assert ENGLISH[2] not in rest.split("</p>")[0]


def test_what_is_written_from_the_left_stays_together_in_arabic_titles(attachment):
    event = WorkflowEvent.objects.filter(kind=EventKind.APPROVED).get()
    assert attachment.target.title == "Chairs (2)"
    with translation.override("ar"):
        assert "\u2068Chairs (2)\u2069" in str(attachment)
        assert f"\u2068{localtime(event.at):%Y-%m-%d}" in str(event)
        assert f"\u2068{hooks.HERE}.note\u2069" in str(ActionRun.objects.first())
        assert f"\u2068{hooks.HERE}.note\u2069" in str(WorkflowAction.objects.first())
    assert str(attachment) == "Document: Chairs (2) (In progress)"


def test_only_what_could_be_turned_round_is_isolated():
    assert isolated("Chairs (2)") == "Chairs (2)"
    assert isolated("شيء (2)") == "\u2068شيء (2)\u2069"
    with translation.override("ar"):
        assert isolated(7) == "\u20687\u2069"
