"""The plans of a document, made once and kept with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from graphql import DirectiveNode, DocumentNode, VariableNode, Visitor, visit

from gql_workflows.documents.cache import beside
from gql_workflows.execution.source import Compiled

_CHOICES: Final = 16  # of what one document skips and includes, whose plans are kept
Plans: TypeAlias = dict[Any, Any]


class DocumentPlans:
    """The plans of one document, by the values of the variables that decide what is skipped and included."""

    def __init__(self, document: DocumentNode) -> None:
        finder = _Deciding()
        visit(document, finder)
        self._deciding = sorted(finder.names)
        self._by_choice: dict[tuple[Any, ...], Plans] = {}

    def chosen(self, variables: Mapping[str, Any]) -> Plans:
        """The plans for these variables, which are coerced."""
        choice = tuple(variables.get(name) for name in self._deciding)
        found = self._by_choice.get(choice)
        if found is None:
            if len(self._by_choice) >= _CHOICES:
                self._by_choice.clear()
            found = self._by_choice[choice] = {}
        return found


def plans_of(document: DocumentNode) -> DocumentPlans:
    """The plans that are kept with a document."""
    kept = beside(document)
    found: DocumentPlans | None = kept.get(DocumentPlans)
    if found is None:
        found = kept[DocumentPlans] = DocumentPlans(document)
    return found


def kept_plan(plans: Plans, type_: Any, details: Any, make: Callable[[], Compiled | None]) -> Compiled | None:
    """The plan for the values of this type with these fields below; None where there is none."""
    key = (id(type_), *(id(detail.node) for detail in details))  # both live as long as the document and its schema
    if key not in plans:
        plans[key] = make()
    found: Compiled | None = plans[key]
    return found


class _Deciding(Visitor):
    """Finds the variables that directives name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_rest: Any) -> None:
        """Note the variables of its arguments."""
        values = (argument.value for argument in node.arguments or ())
        self.names.update(value.name.value for value in values if isinstance(value, VariableNode))
