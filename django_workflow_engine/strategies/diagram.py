"""A workflow's positions as a picture: nodes, edges, and the same in Mermaid's notation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.conditions.words import FieldNames, in_words
from django_workflow_engine.i18n import in_own_language
from django_workflow_engine.strategies.base import Position, Route


@dataclass(frozen=True, kw_only=True)
class DiagramNode:
    """One position."""

    id: str
    label: str
    color: str | None
    approvals: int
    pipeline: str | None
    conditions: Sequence[str] = ()  # when it, or one of its approvals, is asked, in words
    is_skipped: bool = False


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """The positions in order; each edge leads from one to the next, by node ids, and `current` names the live one."""

    nodes: Sequence[DiagramNode]
    edges: Sequence[tuple[str, str]]
    current: str | None = None

    @property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart."""
        boxes = [f'  {_name(node.id)}["{_text(node)}"]' for node in self.nodes]
        arrows = [f"  {_name(source)} --> {_name(target)}" for source, target in self.edges]
        return "\n".join(["flowchart LR", *boxes, *arrows, *self._marks()])

    def _marks(self) -> Iterator[str]:
        """What makes the live position stand out, and those that were skipped stand back."""
        if self.current is not None:
            yield "  classDef current stroke-width:4px,font-weight:bold"
            yield f"  class {_name(self.current)} current"
        skipped = [_name(node.id) for node in self.nodes if node.is_skipped]
        if skipped:
            yield "  classDef skipped stroke-dasharray:4 4,opacity:0.5"
            yield f"  class {','.join(skipped)} skipped"


def diagram_of(
    route: Route, current: Position | None = None, *, skipped: Collection[int] = (), named: FieldNames = str
) -> Diagram:
    """The picture of these positions; `current` is where a run stands, `skipped` the keys of stages, or pipelines.

    `named` gives what people call a field that a condition looks at.
    """
    nodes = [
        _node(position, _in_words(position, named), is_skipped=position.holder.id in skipped)
        for position in route.positions
    ]
    edges = [(left.id, right.id) for left, right in pairwise(nodes)]
    return Diagram(nodes=nodes, edges=edges, current=None if current is None else _node_id(current))


def _node_id(position: Position) -> str:
    return f"{position.level}-{position.holder.id}"


def _in_words(position: Position, named: FieldNames) -> list[str]:
    """When the position is asked, and when those of its approvals are that are not always."""
    own = [in_words(condition, named) for condition in position.conditions]
    inside = [
        _("approval %(number)d: %(condition)s")
        % {"number": approval.index + 1, "condition": in_words(approval.condition, named)}
        for approval in position.approvals
        if approval.condition is not None
    ]
    return [*own, *inside]


def _node(position: Position, conditions: Sequence[str], *, is_skipped: bool) -> DiagramNode:
    return DiagramNode(
        id=_node_id(position),
        label=in_own_language(position.name, position.name_ar),
        color=position.stage.color if position.stage else None,
        approvals=len(position.approvals),
        pipeline=in_own_language(position.pipeline_name or "", position.pipeline_name_ar) or None,
        conditions=conditions,
        is_skipped=is_skipped,
    )


def _name(node_id: str) -> str:
    return node_id.replace("-", "_")


def _text(node: DiagramNode) -> str:
    """The position's name, and under it when it is asked."""
    return "<br/>".join([_quoted(node.label), *(_quoted(f"({told})") for told in node.conditions)])


def _quoted(label: str) -> str:
    return label.replace("&", "#amp;").replace('"', "#quot;").replace("\n", " ").replace("<", "#lt;")
