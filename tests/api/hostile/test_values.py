"""Every root field of the schema, asked with values by chance; the fields come from the schema, so new ones are in."""

from __future__ import annotations

import json
import os
from random import Random
from typing import Final
from zlib import crc32

import pytest
from django.contrib.auth.models import User
from graphql import is_object_type

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from gql_workflows.schema import schema
from tests.api.conftest import Office
from tests.api.hostile.answers import check_answer
from tests.api.hostile.operations import Operation, Writer, root_fields
from tests.api.hostile.values import Known, Values
from tests.client import URL, Api

pytestmark = pytest.mark.django_db

ROUNDS: Final = int(os.environ.get("ROUNDS", "10"))
GRAPHQL: Final = schema._schema
NODES: Final = tuple(
    name
    for name, type_ in GRAPHQL.type_map.items()
    if is_object_type(type_) and any(interface.name == "Node" for interface in type_.interfaces)
)


@pytest.fixture
def known(office: Office) -> Known:
    """Rows of each kind, so that a value that fits leads further than to the first look-up."""
    for strategy in (1, 2, 3):
        office.template(strategy)
    template = WorkFlow.objects.filter(is_hidden=False, strategy=1)[0]
    attachment = attach_workflow_to_object(office.document, template, user=office.owner)
    step = attachment.approval_flow.instances.first()
    stage = template.pipelines.first().stages.first()
    rows = {
        "Workflow": template.pk,
        "WorkflowAttachment": attachment.pk,
        "ApprovalStep": step.pk,
        "Pipeline": stage.pipeline_id,
        "Stage": stage.pk,
        "User": office.owner.pk,
        "Role": office.role.pk,
        "WorkflowEvent": attachment.events.first().pk,
    }
    ids = (*(global_id(name, key) for name, key in rows.items()), str(office.document.pk))
    return Known(ids=ids, types=NODES)


@pytest.fixture
def administrator(office: Office) -> User:
    """Somebody who may do everything, so that no rule ends a request early."""
    return User.objects.create_superuser("root", is_staff=True)


@pytest.mark.parametrize("as_literals", [False, True], ids=["variables", "literals"])
@pytest.mark.parametrize(("kind", "name"), [*root_fields(GRAPHQL)])
def test_no_value_of_an_argument_breaks_a_field(
    office: Office, administrator: User, known: Known, kind: str, name: str, as_literals: bool
) -> None:
    callers = [Api(user) for user in (administrator, office.owner, office.members[0])]
    for round_number in range(ROUNDS):
        random = Random(crc32(f"{name} {as_literals} {round_number}".encode()))
        writer = Writer(schema=GRAPHQL, random=random, values=Values(random, known), as_literals=as_literals)
        check(random.choice(callers), writer.operation(kind, name))


def check(api: Api, operation: Operation) -> None:
    """Send it as it is, NaN and half of a surrogate pair included, and look at the answer."""
    body = json.dumps({"query": operation.document, "variables": operation.variables})
    response = api.http.post(URL, body, content_type="application/json")
    check_answer(response, told=f"{operation.document}\n{json.dumps(operation.variables)}")
