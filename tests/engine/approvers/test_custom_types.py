"""Approver types of a project: registered by a class, and asked, checked and frozen as the engine's own."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import ErrorCode, StepOutcome
from django_workflow_engine.definitions import approver_types
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.errors import InvalidDefinition, NoApprover
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import (
    attach_workflow_to_object,
    delegate_step,
    get_detailed_workflow_data,
    preview_approvers,
    reject_step,
    update_workflow,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, asked, attachment_of, seat, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
ADVANCED = {1: StepOutcome.STAGE_ADVANCED, 2: StepOutcome.PIPELINE_ADVANCED, 3: StepOutcome.STEP_APPROVED}


def custom(name: str, **parameters):
    return {"approval_type": "custom", "custom_type": name, "parameters": parameters}


@pytest.fixture
def people():
    return [UserFactory(username=name) for name in ("ann", "bea", "cem")]


def start(strategy, approval, last, **fields):
    """A document that this approval asks first, and one person after it."""
    positions = [[approval, by_user(last)]] if strategy == 3 else [[approval], [by_user(last)]]
    document = DocumentFactory(**fields)
    attach_workflow_to_object(document, template_for(strategy, positions))
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
class TestRunning:
    def test_one_person_decides(self, strategy, people):
        ann, bea, _cem = people
        document = start(strategy, custom("title_says"), bea, title="ann")
        assert asked(document) == [ann]
        assert approve(document, ann).outcome == ADVANCED[strategy]
        assert asked(document) == [bea]
        assert approve(document, bea).outcome == StepOutcome.WORKFLOW_COMPLETED

    def test_any_of_several_decides_and_the_other_seats_close(self, strategy, people):
        ann, bea, cem = people
        document = start(strategy, custom("by_names", names="ann bea cem"), ann)
        assert asked(document) == people
        assert approve(document, bea).outcome == ADVANCED[strategy]
        first = [(step.assigned_to, step.status) for step in steps_of(document) if step.step_number == 1]
        assert first == [(ann, "cancelled"), (bea, "approved"), (cem, "cancelled")]
        assert asked(document) == [ann]

    def test_all_of_several_decide(self, strategy, people):
        ann, bea, cem = people
        document = start(strategy, custom("all_by_names", names="ann bea"), cem)
        assert approve(document, ann).outcome == StepOutcome.STEP_APPROVED
        assert asked(document) == [bea]
        assert approve(document, bea).outcome == ADVANCED[strategy]

    def test_more_than_half_decide(self, strategy, people):
        ann, bea, cem = people
        document = start(strategy, custom("most_by_names", names="ann bea cem"), ann)
        assert approve(document, cem).outcome == StepOutcome.STEP_APPROVED
        assert approve(document, bea).outcome == ADVANCED[strategy]

    def test_one_rejects_for_all(self, strategy, people):
        document = start(strategy, custom("all_by_names", names="ann bea"), people[2])
        decided = reject_step(step_id=seat(document, people[0]).pk, actor=people[0], reason="No")
        assert decided.outcome == StepOutcome.WORKFLOW_REJECTED
        assert [step.status for step in steps_of(document)] == ["rejected", "cancelled"]

    def test_a_seat_of_several_is_passed_on(self, strategy, people):
        ann, bea, cem = people
        document = start(strategy, custom("all_by_names", names="ann bea"), ann)
        delegate_step(step_id=seat(document, bea).pk, actor=bea, user_id=cem.pk)
        assert asked(document) == [ann, cem]
        approve(document, cem)
        assert approve(document, ann).outcome == ADVANCED[strategy]

    @pytest.mark.parametrize(
        ("approval", "reason"),
        [
            (custom("by_names", names="nobody"), "“Users by their names” finds nobody who is active"),
            (custom("by_names", names="gone"), "“Users by their names” finds nobody who is active"),
            (custom("title_says"), "the title names nobody"),
            (custom("breaks"), "the approver type “Fails” failed"),
        ],
    )
    def test_what_nobody_can_decide_is_not_entered(self, strategy, people, approval, reason, caplog):
        UserFactory(username="gone", is_active=False)
        template = template_for(strategy, [[approval]])
        document = DocumentFactory(title="Nobody")
        with unchanged(), pytest.raises(NoApprover) as refused:
            attach_workflow_to_object(document, template)
        assert str(refused.value).endswith(f": {reason}.")
        assert ("The approver type breaks failed" in caplog.text) == (approval["custom_type"] == "breaks")
        (told,) = preview_approvers(document, template)
        assert (list(told.user_ids), told.problem.endswith(f": {reason}.")) == ([], True)

    def test_nobody_decides_in_their_own_cause(self, strategy, people, settings):
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
        ann, bea, _cem = people
        template = template_for(strategy, [[custom("all_by_names", names="ann bea")]])
        document = DocumentFactory()
        attach_workflow_to_object(document, template, user=ann)
        assert asked(document) == [bea]
        alone = template_for(strategy, [[custom("by_names", names="ann")]])
        with pytest.raises(NoApprover, match="whoever it asks has created or started this"):
            attach_workflow_to_object(DocumentFactory(), alone, user=ann)

    def test_a_type_that_is_gone_stops_where_it_would_be_asked(self, strategy, people, monkeypatch):
        ann, bea, _cem = people
        first, then = by_user(ann), custom("by_names", names="bea")
        template = template_for(strategy, [[first, then]] if strategy == 3 else [[first], [then]])
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        left = [kind for kind in approver_types.registered_types() if kind.name != "by_names"]
        monkeypatch.setattr(approver_types, "_registered", left)
        with unchanged(), pytest.raises(NoApprover, match="the approver type “by_names” is not registered"):
            approve(document, ann)
        assert WorkFlow.objects.get(pk=template.pk).validate_completeness()[0] is False
        monkeypatch.undo()
        approve(document, ann)
        assert (asked(document), attachment_of(document).status) == ([bea], "in_progress")


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"custom_type": None}, ErrorCode.REQUIRED, ("custom_type",)),
        ({"custom_type": "nobodys"}, ErrorCode.INVALID, ("custom_type",)),
        ({"custom_type": ["by_names"]}, ErrorCode.INVALID, ("custom_type",)),
        ({"custom_type": "user"}, ErrorCode.INVALID, ("custom_type",)),
        ({"parameters": {}}, ErrorCode.REQUIRED, ("parameters", "names")),
        ({"parameters": None}, ErrorCode.REQUIRED, ("parameters", "names")),
        ({"parameters": []}, ErrorCode.INVALID, ("parameters",)),
        ({"parameters": {"names": 4}}, ErrorCode.INVALID, ("parameters", "names")),
        ({"parameters": {"names": "ann", "on_floor": 10}}, ErrorCode.INVALID, ("parameters", "on_floor")),
        ({"parameters": {"names": "ann", "colour": 1}}, ErrorCode.INVALID, ("parameters", "colour")),
        ({"parameters": {"names": "a\x00"}}, ErrorCode.INVALID, ("approvals",)),
        ({"approval_user": 1}, ErrorCode.INVALID, ("approval_user",)),
        ({"quorum_count": 2}, ErrorCode.INVALID, ("quorum_count",)),
        ({"approval_type": "self-approved"}, ErrorCode.INVALID, ("custom_type",)),
    ],
)
def test_what_an_approval_gets_wrong_is_told_where_it_stands(said, code, path):
    approval = custom("by_names", names="ann") | said
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        template_for(3, [[approval]])
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [
        (code, path if path == ("approvals",) else ("approvals", "0", *path))
    ]


def test_parameters_are_content_and_are_read_back(people):
    approval = custom("by_names", names="ann", on_floor=3)
    template = template_for(3, [[approval]])
    assert template.workflow_info == {"approvals": [approval]}
    (detail,) = get_detailed_workflow_data(workflow_id=template.pk)["approval_configuration"]["approvals"]
    assert detail == {**approval, "approval_type": "CUSTOM", "approval_type_display": "Users by their names"}
    attach_workflow_to_object(DocumentFactory(), template)
    update_workflow(id=template.pk, changes=WorkflowChanges(approvals=[custom("by_names", names="bea")]))
    second = DocumentFactory()
    attach_workflow_to_object(second, WorkFlow.objects.get(pk=template.pk))
    assert WorkFlow.objects.filter(cloned_from=template).count() == 2
    assert asked(second) == [people[1]]
