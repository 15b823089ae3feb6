"""How long pages take over HTTP, and how many statements; each is asked several times, and the median is told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import httpx
from django.contrib.auth.models import User
from django.db import connection

from benchmarks.growth.pages import PAGES, USERNAMES, Page, Viewer, plain_count
from benchmarks.serving.counting import STATEMENTS
from benchmarks.serving.sessions import cookies_of

LIMIT_SECONDS: Final = 60
TIMES: Final = int(os.environ.get("TIMES") or 7)
_ENOUGH_SECONDS: Final = 20  # for one page of one viewer, after which the times that there are must do


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one page took for one viewer at one size: milliseconds, None where it was over the limit."""

    page: str
    viewer: Viewer
    runs: int
    milliseconds: float | None
    statements: int | None = None
    rows: int | None = None  # in the answer, where it is a list
    count_milliseconds: float | None = None


def measure(address: str, runs: int) -> Iterator[Figure]:
    """The figures of every page at this size."""
    users = {viewer: User.objects.get(username=name) for viewer, name in USERNAMES.items()}
    cookies = cookies_of(users.values())
    for viewer, user in users.items():
        with httpx.Client(base_url=address, cookies=cookies[user.pk], timeout=LIMIT_SECONDS + 5) as client:
            yield from (_figure(client, page, viewer, runs) for page in PAGES if viewer in page.viewers)


def _figure(client: httpx.Client, page: Page, viewer: Viewer, runs: int) -> Figure:
    count = _count_milliseconds(viewer) if page.counts else None
    answer = _ask(client, page)  # the first one warms what is kept in the process and in the database's buffers
    if answer is None:
        return Figure(page=page.name, viewer=viewer, runs=runs, milliseconds=None, count_milliseconds=count)
    return Figure(
        page=page.name,
        viewer=viewer,
        runs=runs,
        milliseconds=_median(lambda: _ask(client, page)),
        statements=int(answer.headers[STATEMENTS]),
        rows=_rows(answer) if page.document else None,
        count_milliseconds=count,
    )


def _ask(client: httpx.Client, page: Page) -> httpx.Response | None:
    """The answer; None where it took longer than the limit. Any other refusal ends the benchmark."""
    began = time.monotonic()
    options: dict[str, Any] = (
        {"method": "POST", "json": {"query": page.document}} if page.document else {"method": "GET"}
    )
    answer = client.request(url=page.path, **options)
    if time.monotonic() - began >= LIMIT_SECONDS:
        return None
    if answer.status_code != 200 or (page.document and "errors" in answer.json()):
        raise RuntimeError(f"{page.name}: {answer.status_code} {answer.text[:500]}")
    return answer


def _median(call: Any) -> float:
    """Milliseconds; fewer calls where they are slow."""
    taken: list[float] = []
    while len(taken) < TIMES and sum(taken) < _ENOUGH_SECONDS * 1000:
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _rows(answer: httpx.Response) -> int | None:
    (found,) = answer.json()["data"].values()
    return len(found["edges"]) if "edges" in found else None


def _count_milliseconds(viewer: Viewer) -> float:
    """How long the database takes for nothing but the count, on a connection of this process."""
    query = plain_count(viewer)

    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute(query)
            cursor.fetchall()

    count()
    return _median(count)
