"""Settings of subscriptions that cannot work are told at start-up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, []),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": 5, "MAX_PER_CONNECTION": 3}}, []),
        ({"SUBSCRIPTIONS": {"PING": 5}}, ["gql_workflows.E010"]),
        ({"SUBSCRIPTIONS": [1]}, ["gql_workflows.E010"]),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": 0}}, ["gql_workflows.E011"]),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": "5", "MAX_MESSAGE_BYTES": True}}, ["gql_workflows.E011"] * 2),
        ({"SUBSCRIPTIONS": {"THREADS": 1.5, "MAX_PER_USER": 2.5, "SEND_SECONDS": 0.5}}, ["gql_workflows.E013"] * 2),
        ({"SUBSCRIPTIONS": {"MAX_CONNECTIONS_PER_USER": 0, "CONNECTION_SECONDS": -1}}, ["gql_workflows.E011"] * 2),
        ({"AUTHENTICATION": ["gql_workflows.authentication.session_user", "nowhere.at_all"]}, ["gql_workflows.E012"]),
    ],
)
def test_what_cannot_work_is_refused(settings: Any, own: dict[str, Any], found: list[str]) -> None:
    settings.GQL_WORKFLOWS = own
    told = [check.id for check in run_checks() if str(check.id).startswith(("gql_workflows.E01", "gql_workflows.W01"))]
    assert told == found


@pytest.mark.parametrize(
    ("pool", "threads", "found"),
    [
        (None, 99, []),
        ({"min_size": 1, "max_size": 10}, 9, []),
        ({"min_size": 1, "max_size": 10}, 10, ["gql_workflows.W014"]),
        ({"min_size": 5}, 4, []),
        (True, 3, []),
        (True, 4, ["gql_workflows.W014"]),
    ],
)
def test_streams_that_could_take_the_whole_pool_are_told(
    settings: Any, pool: Any, threads: int, found: list[str]
) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"THREADS": threads}}
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    kept = dict(options)
    options |= {"pool": pool} if pool else {}
    try:
        assert [check.id for check in run_checks() if check.id == "gql_workflows.W014"] == found
    finally:
        options.clear()
        options.update(kept)
