"""The three strategies, chosen by the value that a workflow stores."""

from collections.abc import Mapping
from typing import Final

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.strategies.base import Position, Route, Strategy
from django_workflow_engine.strategies.flat import FlatStrategy
from django_workflow_engine.strategies.pipelines import PipelineStrategy
from django_workflow_engine.strategies.stages import StageStrategy

STRATEGIES: Final[Mapping[WorkflowStrategy, Strategy]] = {
    strategy.value: strategy for strategy in (StageStrategy(), PipelineStrategy(), FlatStrategy())
}


def strategy_for(value: int) -> Strategy:
    """The rules of the strategy with this stored value."""
    return STRATEGIES[WorkflowStrategy(value)]


def route_of_tree(tree: WorkflowTree) -> Route:
    """The positions of a tree, in order."""
    return strategy_for(tree.strategy).route(tree)


__all__ = ["STRATEGIES", "Position", "Route", "Strategy", "route_of_tree", "strategy_for"]
