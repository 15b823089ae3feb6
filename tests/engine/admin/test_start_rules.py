"""Start rules in the admin: made, changed, and refused where they are wrong."""

from __future__ import annotations

import json

import pytest
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import StartRule
from django_workflow_engine.services import attach_workflow_to_object, create_start_rule
from tests.engine.admin.pages import errors
from tests.engine.conditions.routes import compare
from tests.factories import UserFactory, by_user, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db
DEAR = compare("amount", "greater", 1000)


@pytest.fixture
def template():
    return template_for(3, [[by_user(UserFactory())]], name_en="Sales process")


@pytest.fixture
def rule(template):
    return create_start_rule(model=Deal, workflow_id=template.pk, condition=DEAR, weight=5)


def fields_of(template, **more):
    content_type = str(ContentType.objects.get_for_model(Deal).pk)
    return {"content_type": content_type, "workflow": str(template.pk), "weight": "5", "is_active": "on"} | more


def test_a_rule_is_made_and_objects_take_its_workflow(admin, template):
    made = fields_of(template, condition=json.dumps(DEAR))
    assert admin.save(StartRule, **made).status_code == 302
    rule = StartRule.objects.get()
    assert (rule.condition, rule.weight, rule.active_weight, rule.auto_start) == (DEAR, 5, 5, False)
    attachment = attach_workflow_to_object(Deal.objects.create(title="Ship", amount=5000))
    assert attachment.workflow.cloned_from == template


def test_a_rule_is_changed(admin, rule):
    assert admin.save(rule, condition="", weight="7", auto_start="on").status_code == 302
    rule.refresh_from_db()
    assert (rule.condition, rule.weight, rule.active_weight, rule.auto_start) == (None, 7, 7, True)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"condition": json.dumps(compare("pay", "greater", 5)), "weight": "6"}, "condition"),
        ({"condition": "{", "weight": "6"}, "condition"),
        ({"weight": "5"}, "weight"),
        ({"weight": ""}, "weight"),
    ],
    ids=["an unknown field", "no JSON", "a tie", "no weight"],
)
def test_what_is_wrong_stands_at_its_field(fields, place, admin, rule, template):
    with unchanged():
        page = admin.save(StartRule, **fields_of(template, **fields))
    assert list(errors(page)) == [place]


def test_the_list_tells_the_condition_in_words(admin, rule):
    page = admin.list(StartRule).content.decode()
    assert "Amount is more than 1000" in page
    assert "Deal (testapp.Deal)" in page.replace("\u2068", "").replace("\u2069", "")


def test_a_frozen_version_is_no_rule_s_workflow(admin, template):
    version = attach_workflow_to_object(Deal.objects.create(title="Ship"), template).workflow
    with unchanged():
        page = admin.save(StartRule, **fields_of(version))
    assert errors(page) == {"workflow": ["A frozen version of a workflow never changes."]}
