"""What a schema no longer gives the clients of a released one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from graphql import BreakingChange, build_ast_schema, build_schema, find_breaking_changes, parse, visit
from graphql.language import REMOVE, EnumValueDefinitionNode, FieldDefinitionNode, InputValueDefinitionNode, Visitor
from graphql.language.visitor import VisitorAction

DEPRECATED: Final = "deprecated"
Member = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode


def breaking_changes(released: str, current: str) -> list[BreakingChange]:
    """What breaks clients of the released SDL; what was deprecated in it may change and go."""
    promised = build_ast_schema(visit(parse(released), _WithoutDeprecated()))
    return find_breaking_changes(promised, build_schema(current))


def last_release(folder: Path) -> Path:
    """The SDL of the highest version in a folder of `1.2.3.graphql`; raises ValueError where there is none."""
    releases = {_version(path): path for path in folder.glob("*.graphql")}
    if not releases:
        raise ValueError(f"{folder} holds no released schema.")
    return releases[max(releases)]


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in path.stem.split("."))


class _WithoutDeprecated(Visitor):
    """Leaves out fields, arguments, input fields and enum values that are deprecated."""

    def enter_field_definition(self, node: FieldDefinitionNode, *_args: object) -> VisitorAction:
        return _unless_deprecated(node)

    def enter_input_value_definition(self, node: InputValueDefinitionNode, *_args: object) -> VisitorAction:
        return _unless_deprecated(node)

    def enter_enum_value_definition(self, node: EnumValueDefinitionNode, *_args: object) -> VisitorAction:
        return _unless_deprecated(node)


def _unless_deprecated(node: Member) -> VisitorAction:
    return REMOVE if any(directive.name.value == DEPRECATED for directive in node.directives or ()) else None
