"""Where a text decides, every character counts, whatever the database's collation takes for equal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from django_workflow_engine.errors import NotYourStep
from django_workflow_engine.models import WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import (
    ConfigurationChanges,
    approve_step,
    attach_workflow_to_object,
    configure_model,
    reject_step,
)
from django_workflow_engine.services.configuration.reading import called
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, template_for
from tests.runs import approve, asked, attachment_of, open_steps, seat
from tests.testapp.models import Desk, Invoice, Profile, Voucher

pytestmark = pytest.mark.django_db

ALIKE = ["note", "Note", "nóte", "note "]
DESKS = {"APPROVAL_ROLE_MODEL": "testapp.Desk", "APPROVAL_ROLE_FIELD": "profile__desk"}
INBOX = "{ myApprovals { edges { node { id } } } }"
RUN_OF = """query ($model: String!, $id: ID!) {
  attachmentForTarget(target: {model: $model, id: $id}) { target { key } }
}"""


@pytest.mark.parametrize("name", ALIKE)
def test_a_template_is_called_by_its_own_name(name: str) -> None:
    WorkFlow.objects.bulk_create([WorkFlow(name_en=other, strategy=1) for other in ALIKE])
    found = {workflow.name_en for workflow in called(WorkFlow.objects.all(), name)}
    assert found == (set(ALIKE) if name == "note" else {name})  # which is the slug of them all


def test_objects_whose_keys_are_alike_have_runs_of_their_own() -> None:
    boss = UserFactory()
    configure_model(
        model=Voucher,
        changes=ConfigurationChanges(
            status_field="status", completion_status_value="paid", rejection_status_value="void"
        ),
    )
    template = template_for(3, [[by_user(boss)]])
    vouchers = {code: Voucher.objects.create(code=code) for code in ALIKE}
    for voucher in vouchers.values():
        attach_workflow_to_object(voucher, template, boss)
    assert {voucher.code: attachment_of(voucher).target for voucher in vouchers.values()} == vouchers
    approve(vouchers["Note"], boss)
    reject_step(step_id=seat(vouchers["note"], boss).pk, actor=boss, reason="No")
    assert dict(Voucher.objects.values_list("code", "status")) == {
        "note": "void", "Note": "paid", "nóte": "draft", "note ": "draft",
    }  # fmt: skip
    vouchers["nóte"].delete()
    assert [code for code in ALIKE if WorkflowAttachment.objects.filter(object_id=code, tombstone=0)] == [
        "note", "Note", "note ",
    ]  # fmt: skip
    assert asked(vouchers["note "]) == [boss]


def test_an_object_is_named_by_its_key_as_it_is_spelt() -> None:
    boss = UserFactory()
    attach_workflow_to_object(
        Invoice.objects.create(number="a-1", owner=boss), template_for(3, [[by_user(boss)]]), boss
    )
    found = {key: Api(boss).run(RUN_OF, model="testapp.Invoice", id=key) for key in ("a-1", "A-1", "a-1 ", "á-1")}
    assert [key for key, answer in found.items() if answer["attachmentForTarget"]] == ["a-1"]


def test_a_run_is_not_that_of_an_object_whose_key_was_spelt_anew() -> None:
    boss = UserFactory()
    configure_model(model=Invoice, changes=ConfigurationChanges(status_field="status", completion_status_value="paid"))
    invoice = Invoice.objects.create(number="a-1", owner=boss)
    attachment = attach_workflow_to_object(invoice, template_for(3, [[by_user(boss)]]), boss)
    Invoice.objects.filter(number="a-1").update(number="A-1")
    assert WorkflowAttachment.objects.get(pk=attachment.pk).target is None
    assert Invoice.objects.get().status == "draft"


@override_settings(**DESKS)
@pytest.mark.parametrize("other", ALIKE[1:])
def test_whoever_changed_to_a_role_that_is_called_alike_left_the_first(other: str) -> None:
    one, two = UserFactory.create_batch(2)
    desk, changed_to = Desk.objects.create(code="note"), Desk.objects.create(code=other)
    Profile.objects.bulk_create([Profile(user=user, desk=desk) for user in (one, two)])
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(desk)]]))
    assert len(open_steps(document)) == 2
    Profile.objects.filter(user=one).update(desk=changed_to)
    with pytest.raises(NotYourStep):
        approve_step(step_id=seat(document, one).pk, actor=one)
    assert [len(inbox(user)) for user in (one, two)] == [0, 1]


def inbox(user: Any) -> Any:
    return Api(user).run(INBOX)["myApprovals"]["edges"]


def test_the_path_of_a_function_is_not_stored_in_another_spelling() -> None:
    template = template_for(3, [[by_user(UserFactory())]])
    action = WorkflowAction.objects.create(
        workflow=template, action_type="after_approve", function_path="tests.testapp.workflow_actions.notify"
    )
    action.function_path = "tests.testapp.workflow_actions.Notify"
    with pytest.raises(ValidationError):
        action.save()
