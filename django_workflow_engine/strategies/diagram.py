"""A workflow's positions as a picture: nodes, edges, and the same in Mermaid's notation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """The positions in order; each edge leads from one to the next, by node ids, and `current` names the live one."""

    nodes: Sequence[DiagramNode]
    edges: Sequence[tuple[str, str]]
    current: str | None = None

    @property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart."""
        boxes = [f'  {_name(node.id)}["{_quoted(node.label)}"]' for node in self.nodes]
        arrows = [f"  {_name(source)} --> {_name(target)}" for source, target in self.edges]
        return "\n".join(["flowchart LR", *boxes, *arrows, *self._mark()])

    def _mark(self) -> Sequence[str]:
        """What makes the live position stand out."""
        if self.current is None:
            return ()
        return ("  classDef current stroke-width:4px,font-weight:bold", f"  class {_name(self.current)} current")


def diagram_of(route: Route, current: Position | None = None) -> Diagram:
    """The picture of these positions; `current` is the one where a run stands."""
    nodes = [_node(position) for position in route.positions]
    edges = [(left.id, right.id) for left, right in pairwise(nodes)]
    return Diagram(nodes=nodes, edges=edges, current=None if current is None else _node_id(current))


def _node_id(position: Position) -> str:
    return f"{position.level}-{position.holder.id}"


def _node(position: Position) -> DiagramNode:
    return DiagramNode(
        id=_node_id(position),
        label=in_own_language(position.name, position.name_ar),
        color=position.stage.color if position.stage else None,
        approvals=len(position.approvals),
        pipeline=in_own_language(position.pipeline_name or "", position.pipeline_name_ar) or None,
    )


def _name(node_id: str) -> str:
    return node_id.replace("-", "_")


def _quoted(label: str) -> str:
    return label.replace("&", "#amp;").replace('"', "#quot;").replace("\n", " ")
