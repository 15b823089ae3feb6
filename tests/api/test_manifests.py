"""`manage.py trusted_documents`: the manifest that is made from the operations of clients."""

from __future__ import annotations

import json
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from graphql import OperationDefinitionNode, parse

OPERATIONS = Path(__file__).parents[2] / "examples" / "typescript" / "operations"
FRAGMENT = "fragment Person on User { username }"
VIEWER = "query Viewer { viewer { user { ...Person } } }"
PRINTED = """\
fragment Person on User {
  username
}

query Viewer {
  viewer {
    user {
      ...Person
    }
  }
}"""


def made(*sources: Path) -> dict[str, str]:
    out = StringIO()
    call_command("trusted_documents", *map(str, sources), stdout=out)
    return json.loads(out.getvalue())


def test_every_operation_is_a_document_with_its_fragments_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "people.graphql").write_text(f"{FRAGMENT} fragment Unused on User {{ id }}")
    (tmp_path / "viewer.graphql").write_text(f"{VIEWER} mutation Leave {{ logout }}")
    documents = made(tmp_path)
    assert set(documents.values()) == {PRINTED, "mutation Leave {\n  logout\n}"}
    assert {sha256(text.encode()).hexdigest() for text in documents.values()} == set(documents)


def test_the_operations_of_the_contract_make_a_manifest() -> None:
    names = [
        node.name.value
        for text in made(OPERATIONS).values()
        for node in parse(text).definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    ]
    assert len(names) == 28
    assert {"CreateWorkflow", "ApproveStep", "MyApprovalsCount"} <= set(names)


def test_a_manifest_of_another_generator_keeps_its_ids(tmp_path: Path) -> None:
    theirs = tmp_path / "persisted.json"
    theirs.write_text(json.dumps({"an-id-of-theirs": "query Mine { viewer { permissions } }"}))
    ours = tmp_path / "ours.graphql"
    ours.write_text("mutation Leave { logout }")
    documents = made(theirs, ours)
    assert documents["an-id-of-theirs"] == "query Mine { viewer { permissions } }"
    assert len(documents) == 2


def test_the_manifest_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    written = tmp_path / "manifest.json"
    call_command("trusted_documents", str(OPERATIONS), "--output", str(written), stdout=StringIO())
    assert json.loads(written.read_text("utf-8")) == made(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.graphql", "query Bad { viewer { nothing } }", "Cannot query field 'nothing'"),
        ("a.graphql", "query A { viewer { permissions } } query A { __typename }", "only one operation named 'A'"),
        ("a.graphql", "{ viewer { permissions } }", "needs a name"),
        ("a.graphql", "query {", "Syntax Error"),
        ("a.graphql", FRAGMENT, "no operation"),
        ("a.graphql", VIEWER, "Unknown fragment 'Person'"),
        ("a.json", json.dumps({"x": "query Bad { viewer { nothing } }"}), "Cannot query field 'nothing'"),
        ("a.json", json.dumps({"x": "query {"}), "Syntax Error"),
        ("a.json", "[]", "no JSON object"),
        ("a.json", "{}", "no operation"),
    ],
)
def test_what_does_not_fit_the_schema_makes_no_manifest(tmp_path: Path, name: str, content: str, told: str) -> None:
    source, written = tmp_path / name, tmp_path / "manifest-out"
    source.write_text(content)
    with pytest.raises(CommandError, match=told):
        call_command("trusted_documents", str(source), "--output", str(written))
    assert not written.exists()


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.graphql"):
        call_command("trusted_documents", str(tmp_path / "nowhere.graphql"))
