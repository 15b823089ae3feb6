"""Runs that nobody can bring on are found, whatever users, roles and keys are."""

from __future__ import annotations

from typing import Any

from django_workflow_engine.services import attach_workflow_to_object, each_stuck_run, stuck_runs
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of
from tests.worlds.journey.test_running import by, template


def told() -> dict[Any, str]:
    return {stuck.attachment.pk: stuck.problem.name for stuck in each_stuck_run()}


def test_a_run_whose_role_and_one_whose_approver_is_gone(office: Office) -> None:
    asked = {"approval_type": "role", "user_role": office.role.pk, "role_selection_strategy": "anyone"}
    of_role, of_boss = (
        attach_workflow_to_object(request_of(office.requester), template(3, approval), office.requester)
        for approval in (asked, by(office.boss))
    )
    assert told() == {}
    office.role.delete()
    assert told() == {of_role.pk: "ROLE_GONE"}
    office.boss.delete()
    assert told() == {of_role.pk: "ROLE_GONE", of_boss.pk: "NO_ACTIVE_APPROVER"}
    assert stuck_runs().count() == 2
