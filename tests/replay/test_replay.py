"""The replay as a command: the made-up log by both doors, what differs, and what cannot be replayed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 120
DOORS = {"GraphQL": [], "the services": ["--engine"]}


def replay(*arguments: str) -> subprocess.CompletedProcess[str]:
    left_out = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    command = [sys.executable, "-m", "examples.replay", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def log_of(path: Path, *events: str) -> str:
    lines = [f'<event><string key="concept:name" value="Order {event}"/></event>' for event in events]
    name = '<string key="concept:name" value="request 1"/>'
    path.write_text(f"<log><trace>{name}{''.join(lines)}</trace></log>", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("door", DOORS)
def test_every_case_of_the_made_up_log_comes_to_its_end_by_its_trail(door: str) -> None:
    done = replay(*DOORS[door])
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [
        ["small:", "Order", "19", *["19", "(100.00", "%)"] * 3],
        ["small:", "Contract", "1", *["1", "(100.00", "%)"] * 3],
    ]
    assert done.stderr.rstrip().endswith(f"by {door}")


@pytest.mark.parametrize("door", DOORS)
def test_a_case_that_differs_is_told_with_both_trails(tmp_path: Path, door: str) -> None:
    events = ("SUBMITTED by EMPLOYEE", "APPROVED by SUPERVISOR", "FINAL_APPROVED by ADMINISTRATION")
    done = replay(log_of(tmp_path / "odd.xes", *events), *DOORS[door])
    assert done.returncode == 1
    assert done.stdout.splitlines()[3:] == [
        "odd: Order, request 1:",
        f"  log    {' > '.join(events)}; COMPLETED",
        "  engine SUBMITTED by EMPLOYEE; IN_PROGRESS",
        "  APPROVED by SUPERVISOR, but ADMINISTRATION is asked, and the run is IN_PROGRESS",
    ]
    assert replay(str(tmp_path), *DOORS[door], "--goal", "0").returncode == 0


def test_a_last_approval_that_is_none_differs(tmp_path: Path) -> None:
    events = ("SUBMITTED by EMPLOYEE", "FINAL_APPROVED by SUPERVISOR", "APPROVED by DIRECTOR")
    done = replay(log_of(tmp_path / "odd.xes", *events), "--engine")
    assert done.returncode == 1
    assert done.stdout.splitlines()[4:] == [
        f"  log    {' > '.join(events)}; IN_PROGRESS",
        "  engine SUBMITTED by EMPLOYEE > APPROVED by SUPERVISOR > FINAL_APPROVED by DIRECTOR; COMPLETED",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such.xes"], "no-such.xes"),
        (["README.md"], "README.md is no event log in XES"),
        (["tests/replay"], "There is no such process in these logs, or no log."),
        (["--process", "Holiday"], "There is no such process in these logs, or no log."),
        (["--routes", "README.md"], "README.md"),
    ],
)
def test_what_cannot_be_replayed_is_told(arguments: list[str], said: str) -> None:
    done = replay(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr
