"""`python -m examples.replay LOG…`: replay event logs of approvals, and tell what the engine did otherwise.

A LOG is a file in XES, plain or `.gz`, or a folder of them. Without one the made-up log beside this file is replayed.
The database is a temporary one, in memory or in DATABASE_URL.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import django

SMALL: Final = Path(__file__).parent / "small.xes"
GOAL: Final = 99.5


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where at least so many of a hundred cases of each process came to the same end by the same trail."""
    options = _parser().parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "examples.replay.settings"
    django.setup()
    with _database():
        from examples.replay.replaying import NothingToReplay, replay  # noqa: PLC0415 - models need Django's apps

        try:
            return replay(_files(options.logs), options)
        except (NothingToReplay, OSError, ValueError) as wrong:
            print(f"{wrong}", file=sys.stderr)
            return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.replay", description=__doc__)
    parser.add_argument("logs", nargs="*", type=Path, default=[SMALL], metavar="LOG", help="a file in XES, or a folder")
    parser.add_argument("--engine", action="store_true", help="by the services in Python, without the API: faster")
    parser.add_argument("--process", action="append", help="only this process, by the first words of its events")
    parser.add_argument("--cases", type=int, metavar="N", help="only the first N cases of each process")
    parser.add_argument("--routes", type=Path, metavar="FILE", help="the roles in order (routes.toml)")
    parser.add_argument("--goal", type=float, default=GOAL, metavar="PERCENT", help=f"what must come out ({GOAL})")
    return parser


def _files(logs: Sequence[Path]) -> list[Path]:
    """The logs that are named, and those in the folders that are."""
    found = [sorted([*log.glob("*.xes"), *log.glob("*.xes.gz")]) if log.is_dir() else [log] for log in logs]
    return [path for paths in found for path in paths]


@contextmanager
def _database() -> Iterator[None]:
    from django.db import connection  # noqa: PLC0415 - after setup

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
