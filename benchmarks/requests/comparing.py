"""The three in turn, round by round; whoever answers differently from the others is not timed but refused."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.requests.data import fill
from benchmarks.requests.least import Least
from benchmarks.requests.ours import ours
from benchmarks.requests.questions import Question, questions
from benchmarks.requests.theirs import theirs
from django_workflow_engine.models import WorkFlow
from gql_workflows.ids import global_id

ROUNDS: Final = 12
WARM_UP: Final = 3  # rounds that do not count: caches of documents and of versions are warm in a server


@dataclass(frozen=True, kw_only=True)
class Requests:
    """The best time of each, in milliseconds."""

    name: str
    least: float
    graphene: float
    ours: float

    @property
    def times(self) -> float:
        """How many times faster than graphene-django ours is."""
        return self.graphene / self.ours


def compare_requests() -> list[Requests]:
    """The times of every question; fills the database, which is left to its end."""
    viewer = fill()
    workflow = WorkFlow.objects.templates().latest("pk")
    least = Least(viewer, workflow)
    gc.freeze()  # as the server does when it has started
    with ours(viewer) as our, theirs(viewer) as their:
        asked = questions(global_id("Workflow", workflow.pk))
        return [_compare(question, least, their, our) for question in asked]


def _compare(question: Question, least: Least, their: Any, our: Any) -> Requests:
    rounds = [_round(question, least, their, our) for _number in range(WARM_UP + ROUNDS)]
    best = [min(times) for times in zip(*rounds[WARM_UP:], strict=True)]
    return Requests(name=question.name, least=best[0], graphene=best[1], ours=best[2])


def _round(question: Question, least: Least, their: Any, our: Any) -> tuple[float, ...]:
    timed = [least.ask(question), their.ask(question), our.ask(question)]
    expected, *others = [answer for _milliseconds, answer in timed]
    assert others == [expected, expected], f"{question.name}: the answers differ"
    return tuple(milliseconds for milliseconds, _answer in timed)
