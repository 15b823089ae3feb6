"""The requests: each was once enough to hold up a process or to fill its memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth.models import User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import DynamicForm
from gql_workflows.ids import global_id
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import seat

STAGES: Final = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
BY_STATUS: Final = "query ($value: WorkflowStatus) { workflows(filters: { status: $value }) { totalCount } }"
NODES: Final = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Workflow { %s } } }"
APPROVE: Final = "mutation ($input: ApproveStepInput!) { approveStep(input: $input) { errors { code } } }"
MOST: Final = 4_000_000  # bytes of a body


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A document with its variables, and the code that refuses it; None where it is answered, and cheap."""

    name: str
    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = "LIMIT_EXCEEDED"

    @property
    def body(self) -> str:
        """What is posted."""
        return json.dumps({"query": self.document, "variables": self.variables})


PLAIN: Final = Attack(name="a plain request", document="{ workflows(first: 1) { totalCount } }", code=None)


def attacks(viewer: User) -> Iterator[Attack]:
    """All of them; each makes the rows that it needs."""
    yield PLAIN
    yield from _texts()
    yield from _answers(viewer)
    yield _clones(viewer)
    yield from _forms(viewer)


def _texts() -> Iterator[Attack]:
    suggestions = " Did you mean " * (MOST // 14 - 100)
    variables = {"value": suggestions}
    yield Attack(
        name="4 MB of suggestions as a variable", document=BY_STATUS, variables=variables, code="BAD_USER_INPUT"
    )
    yield Attack(name="a body above the limit", document=BY_STATUS, variables={"value": "x" * 5_000_000})
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(300))
    doubling = f"{{ ...F0 }} {fragments} fragment F300 on Query {{ __typename }}"
    yield Attack(name="300 fragments that double each other", document=doubling)


def _status(name: str, value: str, code: str) -> Attack:
    return Attack(name=name, document=BY_STATUS, variables={"value": value}, code=code)


def _answers(viewer: User) -> Iterator[Attack]:
    template = template_for(STAGES, [[]], company_id=viewer.pk, description="x" * 9_000)
    aliases = " ".join(f"a{number}: description" for number in range(90))
    ids = [global_id("Workflow", template.pk)] * 100
    yield Attack(name="one long text, 9,000 times in one answer", document=NODES % aliases, variables={"ids": ids})


def _clones(viewer: User) -> Attack:
    template = template_for(STAGES, [[]], company_id=viewer.pk)
    node = global_id("Workflow", template.pk)
    clones = " ".join(f'c{number}: cloneWorkflow(id: "{node}") {{ errors {{ code }} }}' for number in range(20))
    return Attack(name="a template cloned 20 times by aliases", document=f"mutation {{ {clones} }}")


def _forms(viewer: User) -> Iterator[Attack]:
    rows = [{"name": f"row {number}"} for number in range(2_500)]
    unique = {"properties": {"rows": {"type": "array", "uniqueItems": True}}}
    yield _form(viewer, "a form with 2,500 rows that must differ", unique, {"rows": [*rows, rows[0]]})
    nested = {"properties": {"word": {"type": "string", "pattern": "^(a+)+$"}}}
    yield _form(viewer, "a form's pattern that backtracks elsewhere", nested, {"word": "a" * 50_000 + "b"})


def _form(viewer: User, name: str, schema: Any, data: Any) -> Attack:
    form = DynamicForm.objects.create(name=name, form_schema=schema)
    document = DocumentFactory()
    approval = by_user(viewer) | {"required_form": form.pk}
    attach_workflow_to_object(document, template_for(STAGES, [[approval]]), UserFactory())
    sent = {"stepId": global_id("ApprovalStep", seat(document, viewer).pk), "formData": data}
    return Attack(name=name, document=APPROVE, variables={"input": sent}, code="FORM_DATA_INVALID")
