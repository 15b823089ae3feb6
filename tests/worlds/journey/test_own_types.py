"""A schema in which the project's own types have the names of ours."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from graphql import build_schema, parse, validate
from strawberry import relay

from gql_workflows.graphiql.examples import usual_examples
from gql_workflows.ids import global_id
from tests.api.documents import NODE
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import world
from tests.worlds.journey.test_api import Session

pytestmark = pytest.mark.skipif(not world().has_own_types, reason="the types of this world have our names alone")

NAMES = "{ __schema { types { name } } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
THEIRS = {"User", "Department", "Workflow", "Ordering", "Silent"}
SHARED = {"Query", "Mutation", "Subscription", "Node", "PageInfo", "DateTime", "JSON"}
SCALARS = {"Boolean", "Float", "ID", "Int", "String"}


def test_every_name_of_ours_has_the_prefix(office: Office) -> None:
    names = {found["name"] for found in Session(office.boss).ask(NAMES)["types"]}
    others = {name for name in names if not name.startswith(("Wf", "__"))}
    assert others == THEIRS | SHARED | SCALARS
    assert {"WfUser", "WfOrdering", "WfWorkflowConnection", "WfWorkflowEdge", "WfCreateWorkflowInput"} <= names


def test_the_project_s_types_are_found_by_their_own_rules(office: Office, caplog: Any) -> None:
    boss = Session(office.boss)
    me = boss.ask("{ me { __typename id email } }")
    assert (me["__typename"], me["id"]) == ("User", relay.to_base64("User", office.boss.pk))
    (place,) = boss.ask("{ places { id name } }")
    assert place["id"] == relay.to_base64("Department", office.department.pk)
    other, secret = relay.to_base64("User", office.deputy.pk), relay.to_base64("Workflow", "secret")
    plan = boss.ask("{ plan { id title } }")["id"]
    lost = [other, secret, place["id"], relay.to_base64("User", "x"), relay.to_base64("Silent", "1"), "x"]
    with caplog.at_level(logging.WARNING, logger="gql_workflows.nodes.own_types"):
        found = boss.ask(NODES, ids=[me["id"], *lost, plan])
    assert found[0] == {"__typename": "User", "id": me["id"]}
    assert found[1:-1] == [None] * len(lost)
    assert found[-1] == {"__typename": "Workflow", "id": plan}
    assert [record.args[0] for record in caplog.records] == ["Department", "Silent"]


def test_ours_are_found_by_our_policy_beside_them(office: Office) -> None:
    administrator = Session(office.administrator)
    ids = [administrator.pick(kind, search) for kind, search in (("users", "boss"), ("roles", "buyers"))]
    ids.append(administrator.pick("departments", "Purchasing"))
    assert [relay.from_base64(value)[0] for value in ids] == ["WfUser", "WfRole", "WfDepartment"]
    names = [administrator.ask(NODE, id=value)["__typename"] for value in ids]
    assert names == ["WfUser", "WfRole", "WfDepartment"]
    assert [found["id"] for found in administrator.ask(NODES, ids=ids)] == ids
    assert ids[0] == global_id("User", office.boss.pk)


def test_graphiql_s_examples_fit_the_schema() -> None:
    built = build_schema(import_module(settings.ROOT_URLCONF).schema.as_str())
    for example in usual_examples():
        assert validate(built, parse(example.query)) == []
