"""The clients: each takes runs of its own, one after the other, through decisions, and reads in between."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from benchmarks.load.answers import NO_ANSWER, Answer
from benchmarks.load.documents import DECISIONS, READS
from benchmarks.load.world import Waiting, World
from benchmarks.serving.counting import SQL_MILLISECONDS, STATEMENTS
from gql_workflows.ids import global_id, key_in

REQUEST_SECONDS: Final = 30
_ROUTES: Final = ("approve", "reject", "delegate", "escalate", "contested")
_WEIGHTS: Final = (70, 10, 8, 7, 5)


@dataclass(kw_only=True)
class Client:
    """One client's place: where it asks, until when, and what was answered."""

    http: httpx.AsyncClient
    world: World
    deadline: float
    reads: int  # for each decision
    chance: random.Random
    answers: list[Answer] = field(default_factory=list)

    async def work(self, runs: Sequence[Waiting]) -> None:
        """Take run after run to its end while there is time."""
        for run in runs:
            if self._is_over():
                return
            await self._take(run)

    def _is_over(self) -> bool:
        return time.monotonic() >= self.deadline

    async def _take(self, run: Waiting) -> None:
        """Pass its first step on, reject it or approve it, and then approve what is asked until the end."""
        (route,) = self.chance.choices(_ROUTES, _WEIGHTS)
        seats: list[tuple[int, int]] = [(run.step, run.holder)]
        verb = "approve" if route == "contested" else route
        while seats and not self._is_over():
            await self._read(seats[0][1], run.attachment)
            if route == "contested" and len(seats) > 1:
                found = await asyncio.gather(*(self._decide("approve", run, *seat) for seat in seats))
                seats = next((left for left in found if left is not None), [])
            else:
                step, holder = self.chance.choice(seats)
                seats = await self._decide(verb, run, step, holder) or []
            verb = "approve"

    async def _decide(self, verb: str, run: Waiting, step: int, holder: int) -> list[tuple[int, int]] | None:
        """The seats that are open afterwards; None where the decision was refused."""
        given: dict[str, Any] = {"stepId": global_id("ApprovalStep", step)}
        given |= {"comment": "Fine with me"} if verb == "approve" else {"reason": "Somebody has to"}
        if verb == "delegate":
            given["userId"] = global_id("User", self._receiver(holder))
        document, variables = DECISIONS[verb], {"input": given}
        payload = await self._ask(verb, document, variables, holder, step=step, attachment=run.attachment)
        if not payload or payload["errors"]:
            return None
        return [
            (_key(seat, "ApprovalStep"), _key(seat["assignedTo"], "User"))
            for seat in payload["attachment"]["currentSteps"]
        ]

    def _receiver(self, holder: int) -> int:
        return self.chance.choice(self.world.colleagues[holder])

    async def _read(self, user: int, attachment: int) -> None:
        for _often in range(self.reads):
            name = self.chance.choice(list(READS))
            variables = {"id": global_id("WorkflowAttachment", attachment)} if name == "attachment" else {}
            await self._ask(name, READS[name], variables, user)

    async def _ask(
        self,
        name: str,
        document: str,
        variables: Any,
        user: int,
        *,
        step: int | None = None,
        attachment: int | None = None,
    ) -> Any:
        """The value of the one field, None where there is none; what was answered is kept."""
        began = time.perf_counter()
        cookie = "; ".join(f"{key}={value}" for key, value in self.world.cookies[user].items())
        response, found = None, None
        try:
            body = {"query": document, "variables": variables}
            response = await self.http.post("/graphql/", json=body, headers={"Cookie": cookie})
            found = response.json()
        except (httpx.TransportError, ValueError):
            found = {"errors": [{"extensions": {"code": NO_ANSWER}}]}
        headers = {} if response is None else response.headers
        value = next(iter((found.get("data") or {"": None}).values()))
        self.answers.append(
            Answer(
                name=name,
                milliseconds=(time.perf_counter() - began) * 1000,
                codes=[*_codes(found.get("errors")), *_codes((value or {}).get("errors"))],
                step=step,
                attachment=attachment,
                statements=int(headers.get(STATEMENTS, 0)),
                sql_milliseconds=float(headers.get(SQL_MILLISECONDS, 0)),
            )
        )
        return value


async def run_clients(
    address: str, world: World, runs: Sequence[Waiting], *, clients: int, seconds: float, reads: int
) -> list[Answer]:
    """Everything that was answered to so many clients in so many seconds; begun decisions are waited for."""
    limits = httpx.Limits(max_connections=2 * clients, max_keepalive_connections=2 * clients)
    deadline = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=address, timeout=REQUEST_SECONDS, limits=limits) as http:
        working = [
            Client(http=http, world=world, deadline=deadline, reads=reads, chance=random.Random(number))
            for number in range(clients)
        ]
        await asyncio.gather(*(client.work(runs[n::clients]) for n, client in enumerate(working)))
    return [answer for client in working for answer in client.answers]


def _key(node: Any, type_name: str) -> int:
    key = key_in(node["id"], type_name)
    assert key is not None
    return int(key)


def _codes(errors: Any) -> list[str]:
    return [error.get("code") or error.get("extensions", {}).get("code", "UNTOLD") for error in errors or ()]
