"""The operations that GraphiQL opens with, each in a tab of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.module_loading import import_string

from gql_workflows import conf
from gql_workflows.type_names import prefixed

OPERATIONS: Final = Path(__file__).parent / "operations"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One operation, with the values of its variables to begin with."""

    title: str
    query: str
    variables: dict[str, Any] | None = None


def examples() -> Sequence[Example]:
    """The examples of the function that the project's setting names."""
    try:
        source: Callable[[], Sequence[Example]] = import_string(conf.graphiql_examples())
    except ImportError:  # a system check tells
        source = usual_examples
    return source()


def usual_examples() -> Sequence[Example]:
    """The way of an object through a workflow, with empty places for the project's own ids."""
    sign_in = Example(title="Sign in", query=document("sign_in"), variables={"username": "", "password": ""})
    return [
        *([sign_in] if conf.login() else ()),
        Example(title="Templates", query=document("templates")),
        Example(title="Create a template", query=document("create_template"), variables={"input": _template()}),
        Example(title="Attach", query=document("attach"), variables={"input": _attachment()}),
        Example(title="My approvals", query=document("my_approvals")),
        Example(title="Approve", query=document("approve"), variables={"input": {"stepId": "", "comment": ""}}),
        Example(title="Watch a run", query=document("watch"), variables={"attachmentId": ""}),
    ]


def document(name: str) -> str:
    """The text of one of the package's operations, in the project's names."""
    return prefixed((OPERATIONS / f"{name}.graphql").read_text("utf-8"))


def _template() -> dict[str, Any]:
    approvals = [{"approvalType": "ROLE", "userRole": "", "roleSelectionStrategy": "ANYONE"}]
    stages = [{"nameEn": "Review", "approvals": approvals}]
    return {"nameEn": "My first template", "pipelines": [{"nameEn": "Checks", "stages": stages}]}


def _attachment() -> dict[str, Any]:
    return {"workflowId": "", "target": {"model": "", "id": ""}}
