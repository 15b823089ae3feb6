"""`python -m benchmarks.growth` measures pages on a temporary database; `… fill 1000000` fills the one that is given.

SIZES, TEMPLATES and COMPANIES choose other sizes, PLOT where the picture goes; KEEP lets the database stay.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from benchmarks.serving.database import given_address
from benchmarks.serving.place import prepare, set_up
from benchmarks.serving.starting import ROOT, running_server

SIZES: Final = "10000,100000,1000000"
_LIMIT: Final = (
    "options=-c%20statement_timeout%3D60s"  # what a client does not wait for, the database does not go on with
)


def main() -> None:
    """Measure and print, or fill the given database."""
    options = _options()
    if options.verb == "fill":
        _fill(options.runs)
    else:
        _measure([int(size) for size in (os.environ.get("SIZES") or SIZES).split(",")])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    verbs = parser.add_subparsers(dest="verb")
    verbs.add_parser("fill", help="fill the empty database of DATABASE_URL").add_argument("runs", type=int)
    return parser.parse_args()


def _fill(runs: int) -> None:
    given_address()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATA_DIR", folder)
        prepare()
        from benchmarks.growth.filling import fill, make_world  # noqa: PLC0415 - models can be imported only after setup
        from benchmarks.growth.shape import shape_of_environment  # noqa: PLC0415

        make_world(shape_of_environment(), most=runs)
        fill(runs)


def _measure(sizes: list[int]) -> None:
    with set_up("growth") as folder:
        from benchmarks.growth.plot import draw  # noqa: PLC0415 - models can be imported only after setup
        from benchmarks.growth.table import render  # noqa: PLC0415

        figures = _figures(folder, sorted(sizes))
        picture = Path(os.environ.get("PLOT") or ROOT / "docs" / "growth.svg")
        picture.write_text(draw(figures), "utf-8")
        print(render(figures), f"The picture is {picture}.", sep="\n\n")


def _figures(folder: Path, sizes: list[int]) -> list[Any]:
    """The figures at each size; the database grows from one to the next."""
    from benchmarks.growth.filling import fill, make_world  # noqa: PLC0415 - models can be imported only after setup
    from benchmarks.growth.measuring import measure  # noqa: PLC0415
    from benchmarks.growth.shape import shape_of_environment  # noqa: PLC0415

    make_world(shape_of_environment(), most=sizes[-1])
    figures: list[Any] = []
    for size in sizes:
        fill(size)
        with running_server(folder, environment={"DATABASE_URL": _with_limit(os.environ["DATABASE_URL"])}) as server:
            for figure in measure(server.address, size):
                figures.append(figure)
                took = "over the limit" if figure.milliseconds is None else f"{figure.milliseconds:,.1f} ms"
                print(f"{size:>9,} {figure.viewer:<14} {figure.page:<28} {took:>14}", file=sys.stderr, flush=True)
    return figures


def _with_limit(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, _LIMIT]))))


if __name__ == "__main__":
    main()
