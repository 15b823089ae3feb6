"""Replaying logs: each process gets one template, and each of its cases is played on it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.growth.progress import Progress
from examples.replay import description
from examples.replay.by_graphql import GraphQL
from examples.replay.by_services import Services
from examples.replay.history import Case, by_process
from examples.replay.people import hire
from examples.replay.playing import Player
from examples.replay.report import Count, differences, share, table
from examples.replay.xes import traces


class NothingToReplay(Exception):
    """No file, or none with such a process."""


def replay(files: Sequence[Path], options: argparse.Namespace) -> int:
    """Replay the logs, print what came of it, and give the exit status. Raises NothingToReplay and ValueError."""
    stages = description.read(*([options.routes] if options.routes else []))
    people, began = hire(stages), time.monotonic()
    door = Services() if options.engine else GraphQL()
    counts = []
    for name, cases in _chosen(files, options):
        door.publish(name, stages, by=people.administrator)
        player, count, progress = Player(name, stages, door, people), Count(process=name), Progress(name, len(cases))
        for number, case in enumerate(cases):
            count.add(player.play(case, number))
            progress.advance(1)
        counts.append(count)
    if not counts:
        raise NothingToReplay("There is no such process in these logs, or no log.")
    print(table(counts))
    if any(count.differing for count in counts):
        print(f"\n{differences(counts)}")
    print(f"{time.monotonic() - began:.0f} s, by {'the services' if options.engine else 'GraphQL'}", file=sys.stderr)
    return int(any(share(count.same, count.cases) < options.goal for count in counts))


def _chosen(files: Sequence[Path], options: argparse.Namespace) -> Iterator[tuple[str, list[Case]]]:
    """Each process of each log by its name, with its cases."""
    for path in files:
        log = path.name.removesuffix(".gz").removesuffix(".xes")
        for process, cases in by_process(traces(path)).items():
            if not options.process or process in options.process:
                yield f"{log}: {process}", cases[: options.cases]
