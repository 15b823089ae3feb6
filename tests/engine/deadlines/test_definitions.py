"""The deadline of an approval: stored as it was said, and refused at its place where it cannot work."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import ErrorCode, TimeoutAction
from django_workflow_engine.definitions.approvals import parse_approvals, with_json_keys
from django_workflow_engine.definitions.bounds import MAX_REMINDERS
from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.deadlines import Deadline, faults_beside, read_deadline
from django_workflow_engine.definitions.durations import Duration
from django_workflow_engine.errors import Fault
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_workflow,
    update_pipeline,
    update_stage,
    update_workflow,
)
from tests.engine.deadlines.deadlines import OF_ANOTHER_KIND, WRONG, Wrong, within
from tests.engine.templates.trees import refused
from tests.engine.working_time.counting import working
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, group_of, spec_for, template_for
from tests.snapshot import unchanged

INFO = {1: "stage_info", 2: "pipeline_info", 3: "workflow_info"}
IN_A_SPEC = {1: ("pipelines", "0", "stages", "0"), 2: ("pipelines", "0"), 3: ()}
MODELS: dict[int, Any] = {1: Stage, 2: Pipeline, 3: WorkFlow}
CHANGE: dict[int, Any] = {
    1: (update_stage, StageChanges),
    2: (update_pipeline, PipelineChanges),
    3: (update_workflow, WorkflowChanges),
}


def stored(strategy: int) -> Any:
    (approval,) = MODELS[strategy].objects.values_list(INFO[strategy], flat=True).get()["approvals"]
    return approval["deadline"]


def faults(deadline: Any) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    """What is wrong with the deadline of an approval that names no fallback itself."""
    found: list[Fault] = []
    read = read_deadline(deadline, (), found)
    if read is None:
        return [(fault.code, fault.path) for fault in found]
    return [(fault.code, fault.path[1:]) for fault in faults_beside(read, {}, ())]


def test_what_is_read_of_a_deadline() -> None:
    said = {
        "after": "P2W",
        "working_time": True,
        "remind_before": ["P1D", "PT90M"],
        "on_timeout": "FALLBACK",
        "fallback_user": 7,
    }
    told: list[Fault] = []
    read = read_deadline(said, (), told)
    assert told == []
    assert read == Deadline(
        after=Duration(days=14),
        working_time=True,
        remind_before=(Duration(days=1), Duration(time=timedelta(minutes=90))),
        on_timeout=TimeoutAction.FALLBACK,
        fallback_user=7,
    )
    assert read is not None
    assert read.as_json() == said | {"after": "P14D", "remind_before": ["P1D", "PT1H30M"], "on_timeout": "fallback"}


@pytest.mark.parametrize("wrong", [*WRONG, *OF_ANOTHER_KIND], ids=str)
def test_what_cannot_work_is_told_at_its_place(wrong: Wrong) -> None:
    assert faults(wrong.said) == [(wrong.code, wrong.place)]


@pytest.mark.parametrize("named", ["fallback_user", "fallback_role"])
@pytest.mark.parametrize("on_timeout", ["notify", "escalate", "reject", None])
def test_only_a_fallback_names_somebody_else(named: str, on_timeout: str | None) -> None:
    assert faults({"after": "P1D", "on_timeout": on_timeout, named: 1}) == [(ErrorCode.INVALID, (named,))]


def test_a_fallback_is_a_person_or_a_role() -> None:
    both = {"after": "P1D", "on_timeout": "fallback", "fallback_user": 1, "fallback_role": 1}
    assert faults(both) == [(ErrorCode.INVALID, ("fallback_role",))]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    said = {"after": "P1D", "remind_before": ["P1D", "P3D"], "fallback_user": 1, "fallback_role": 2}
    assert faults(said) == [
        (ErrorCode.INVALID, ("remind_before", "0")),
        (ErrorCode.INVALID, ("remind_before", "1")),
        (ErrorCode.INVALID, ("fallback_user",)),
        (ErrorCode.INVALID, ("fallback_role",)),
    ]


def test_a_working_day_and_24_hours_are_two_reminders_in_working_time_alone() -> None:
    said = {"after": "P2D", "remind_before": ["P1D", "PT24H"]}
    told: list[Fault] = []
    read = read_deadline(said | {"working_time": True}, (), told)
    assert (told, read and len(read.remind_before)) == ([], 2)
    assert faults(said) == [(ErrorCode.INVALID, ("remind_before", "1"))]


def test_as_many_reminders_as_are_allowed_and_one_that_is_a_second_shorter() -> None:
    most = [f"PT{hours}H" for hours in range(1, MAX_REMINDERS)]
    told: list[Fault] = []
    assert read_deadline({"after": "P1D", "remind_before": [*most, "PT23H59M59S"]}, (), told) is not None
    assert told == []


def test_keys_of_another_kind_are_written_as_json_has_them() -> None:
    key = uuid.uuid4()
    said = within(by_self(), "P1D", on_timeout="fallback", fallback_user=key)
    (written,) = with_json_keys([said])
    assert written["deadline"]["fallback_user"] == str(key)
    found: list[Fault] = []
    (read,) = parse_approvals({"approvals": [written]}, path=(), faults=found)
    assert (found, read.as_json()) == ([], written)


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_is_stored_with_the_approval_and_what_is_as_usual_is_left_out(strategy: Any) -> None:
    said = within(by_self(), "PT8H", working_time=False, remind_before=[], on_timeout="NOTIFY", fallback_user=None)
    template_for(strategy, [[said]])
    assert stored(strategy) == {"after": "PT8H"}


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_fallback_is_stored_by_its_key(strategy: Any) -> None:
    role = group_of(UserFactory())
    template_for(strategy, [[within(by_self(), "PT8H", on_timeout="fallback", fallback_role=role.pk)]])
    assert stored(strategy) == {"after": "PT8H", "on_timeout": "fallback", "fallback_role": role.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_way_in_refuses_what_cannot_work(strategy: Any) -> None:
    row = {1: Stage.objects.last, 2: Pipeline.objects.last, 3: WorkFlow.objects.last}
    template_for(strategy, [[by_self()]])
    holder = row[strategy]()
    change, changes = CHANGE[strategy]
    for wrong in (*WRONG, *OF_ANOTHER_KIND):
        approvals = [by_self() | {"deadline": wrong.said}]
        place = ("approvals", "0", "deadline", *wrong.place)
        told = [(wrong.code, (*IN_A_SPEC[strategy], *place))]
        assert refused(create_workflow, spec=spec_for(strategy, [approvals])) == told, wrong
        assert refused(change, id=holder.pk, changes=changes(approvals=approvals)) == [(wrong.code, place)], wrong
        setattr(holder, INFO[strategy], {"approvals": approvals})
        with unchanged(), pytest.raises(ValidationError) as caught:
            holder.save()
        errors = caught.value.error_dict[INFO[strategy]]
        assert [(one.code, one.params["path"]) for one in errors] == [(wrong.code, (INFO[strategy], *place))], wrong


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("named", ["fallback_user", "fallback_role"])
def test_a_fallback_that_does_not_exist_is_refused(strategy: Any, named: str) -> None:
    approvals = [within(by_self(), "P1D", on_timeout="fallback", **{named: 10**9})]
    place = (*IN_A_SPEC[strategy], "approvals", "0", "deadline", named)
    assert refused(create_workflow, spec=spec_for(strategy, [approvals])) == [(ErrorCode.NOT_FOUND, place)]


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("calendar", ["never", "no.such.calendar"])
def test_working_time_needs_a_calendar_that_can_tell(strategy: Any, calendar: str) -> None:
    template_for(strategy, [[by_self()]])
    holder = MODELS[strategy].objects.get()
    change, changes = CHANGE[strategy]
    approvals = [within(by_self(), "P1D"), within(by_self(), "P1D", working_time=True)]
    place = ("approvals", "1", "deadline", "working_time")
    with working(calendar):
        told = refused(create_workflow, spec=spec_for(strategy, [approvals]))
        assert told == [(ErrorCode.INVALID, (*IN_A_SPEC[strategy], *place))]
        assert refused(change, id=holder.pk, changes=changes(approvals=approvals)) == [(ErrorCode.INVALID, place)]
        create_workflow(spec=spec_for(strategy, [approvals[:1]]))  # elapsed time needs none
    with working():
        create_workflow(spec=spec_for(strategy, [approvals]))


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_another_deadline_is_another_version(strategy: Any) -> None:
    template = template_for(strategy, [[within(by_self(), "P1D")]])
    change, changes = CHANGE[strategy]
    holder = MODELS[strategy].objects.get()

    def version() -> Any:
        return attach_workflow_to_object(DocumentFactory(), template, UserFactory()).workflow_id

    first = version()
    assert version() == first
    change(id=holder.pk, changes=changes(approvals=[within(by_self(), "P2D")]))
    template.refresh_from_db()
    assert version() != first
