"""What each request costs: its time beside a plain request's in the same run, and the memory at its peak."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.test import override_settings

from benchmarks.hostile.attacks import Attack, attacks
from benchmarks.ratios import timed
from tests.client import URL, Api
from tests.factories import UserFactory

ROUNDS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Kilobytes of the request and of its answer, milliseconds, megabytes at the peak, and what was answered."""

    name: str
    asked: float
    answered: float
    milliseconds: float
    plain: float
    peak: float
    refused: bool

    @property
    def times(self) -> float:
        """How many plain requests could have been answered instead."""
        return self.milliseconds / self.plain


@override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm", DATA_UPLOAD_MAX_MEMORY_SIZE=5_000_000)
def measure_attacks() -> list[Cost]:
    """The costs of every attack, the plain request first; leaves no rows behind."""
    with transaction.atomic():
        viewer = UserFactory()
        costs = _costs(Api(viewer), list(attacks(viewer)))
        transaction.set_rollback(True)
    return costs


def _costs(api: Api, measured: list[Attack]) -> list[Cost]:
    plain = min(timed(lambda: _post(api, measured[0]))[0] for _round in range(ROUNDS * 3))
    return [_cost(api, attack, plain) for attack in measured]


def _cost(api: Api, attack: Attack, plain: float) -> Cost:
    rounds = [timed(lambda: _post(api, attack)) for _round in range(ROUNDS)]
    answer = rounds[0][1].content
    return Cost(
        name=attack.name,
        asked=len(attack.body) / 1_000,
        answered=len(answer) / 1_000,
        milliseconds=min(milliseconds for milliseconds, _response in rounds),
        plain=plain,
        peak=_peak(api, attack) / 1_000_000,
        refused=attack.code is None or attack.code.encode() in answer,
    )


def _post(api: Api, attack: Attack) -> Any:
    return api.http.post(URL, attack.body, content_type="application/json")


def _peak(api: Api, attack: Attack) -> int:
    tracemalloc.start()
    try:
        _post(api, attack)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
