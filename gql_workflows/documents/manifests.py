"""Making a manifest of trusted documents from the operations of clients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    Source,
    parse,
    print_ast,
    separate_operations,
    specified_rules,
    validate,
)

from gql_workflows.documents.trusted import read_manifest


def collect(sources: Sequence[Path], schema: GraphQLSchema) -> dict[str, str]:
    """The documents of all sources by their ids: one for each operation, with the fragments that it uses.

    A source is a .graphql file, a folder of such files, or a manifest (.json), whose ids are kept. Fragments may stand
    in another file than what uses them. Raises ValueError with every fault that the schema finds.
    """
    texts = [path for path in _files(sources) if path.suffix != ".json"]
    documents = _by_hash(_operations(texts, schema)) if texts else {}
    for path in sources:
        if path.suffix == ".json":
            documents |= _checked(path, schema)
    if not documents:
        raise ValueError("There is no operation in the sources.")
    return documents


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        yield from sorted(source.rglob("*.graphql")) if source.is_dir() else [source]


def _operations(paths: Iterable[Path], schema: GraphQLSchema) -> DocumentNode:
    """All files as one document, in which every operation has a name of its own."""
    parsed = [_parsed(path) for path in paths]
    merged = DocumentNode(definitions=tuple(node for document in parsed for node in document.definitions))
    _refuse(validate(schema, merged, [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]))
    return merged


def _parsed(path: Path) -> DocumentNode:
    document = parse(Source(path.read_text("utf-8"), str(path)))
    if any(isinstance(node, OperationDefinitionNode) and node.name is None for node in document.definitions):
        raise ValueError(f"{path}: an operation of a manifest needs a name.")
    return document


def _by_hash(merged: DocumentNode) -> dict[str, str]:
    texts = [print_ast(document) for document in separate_operations(merged).values()]
    return {sha256(text.encode()).hexdigest(): text for text in texts}


def _checked(path: Path, schema: GraphQLSchema) -> dict[str, str]:
    """The documents of a manifest, each of which fits the schema."""
    documents = dict(read_manifest(path).documents)
    for identifier, text in documents.items():
        _refuse(validate(schema, parse(Source(text, f"{path}: {identifier}"))))
    return documents


def _refuse(errors: Sequence[GraphQLError]) -> None:
    if errors:
        raise ValueError("\n\n".join(str(error) for error in errors))
