"""What a log says: which acts are of which process, where a case ends, and what of it is a history of approvals."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from examples.replay.history import Case, by_process
from examples.replay.xes import NotXes, Trace, traces

LOG = """<?xml version="1.0"?>
<log {space}>
  <string key="concept:name" value="the log's own name"/>
  <trace>
    <string key="concept:name" value="request 1"/>
    <event><date key="time:timestamp" value="2026-01-05T09:00:00"/><string key="concept:name" value="first"/></event>
    <event><string key="concept:name" value="second"/></event>
  </trace>
  <trace/>
</log>
"""


def case(*events: str) -> Case:
    (found,) = by_process([Trace(name="request", events=tuple(f"Order {event}" for event in events))])["Order"]
    return found


@pytest.mark.parametrize("space", ["", 'xmlns="http://www.xes-standard.org/"'])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_log_is_read_plain_and_compressed_with_and_without_its_namespace(
    tmp_path: Path, space: str, compressed: bool
) -> None:
    path, content = tmp_path / ("log.xes.gz" if compressed else "log.xes"), LOG.format(space=space).encode()
    path.write_bytes(gzip.compress(content) if compressed else content)
    assert list(traces(path)) == [Trace(name="request 1", events=("first", "second")), Trace(name="", events=())]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.xes", b""),
        ("log.xes", b"<log><trace></log>"),
        ("log.xes", b"<log/>"),
        ("log.xes.gz", b"no gzip"),
        ("log.xes.gz", gzip.compress(b"<log><trace/></log>")[:-9]),
    ],
    ids=["empty", "broken", "no traces", "not compressed", "cut off"],
)
def test_what_is_no_log_is_told_by_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotXes, match=r"log\.xes"):
        list(traces(tmp_path / name))


def test_one_trace_may_have_cases_of_several_processes() -> None:
    events = ("Order SUBMITTED by EMPLOYEE", "Start trip", "Request For Payment SUBMITTED by EMPLOYEE", "Paid by X")
    saved = Trace(name="request 2", events=("Order SAVED by EMPLOYEE", "Other REJECTED by SUPERVISOR"))
    found = by_process([Trace(name="request 1", events=events), saved])
    assert {process: [one.name for one in cases] for process, cases in found.items()} == {
        "Order": ["request 1"],
        "Request For Payment": ["request 1"],
    }


ENDS = {
    "approved": (("SUBMITTED by EMPLOYEE", "APPROVED by A", "FINAL_APPROVED by B"), "COMPLETED"),
    "on its way": (("SUBMITTED by EMPLOYEE", "APPROVED by A"), "IN_PROGRESS"),
    "rejected": (("SUBMITTED by EMPLOYEE", "REJECTED by A"), "CHANGES_REQUESTED"),
    "taken back": (("SUBMITTED by EMPLOYEE", "REJECTED by A", "REJECTED by EMPLOYEE"), "CANCELLED"),
    "ended by the system": (("SUBMITTED by EMPLOYEE", "REJECTED by MISSING"), "CANCELLED"),
}


@pytest.mark.parametrize(("events", "end"), ENDS.values(), ids=ENDS)
def test_the_end_is_that_of_the_last_act(events: tuple[str, ...], end: str) -> None:
    found = case(*events)
    assert (found.end, [str(act) for act in found.trail]) == (end, list(events))


def test_taking_back_what_is_sent_again_is_no_act_of_its_own() -> None:
    found = case("SUBMITTED by EMPLOYEE", "REJECTED by A", "REJECTED by EMPLOYEE", "SUBMITTED by EMPLOYEE")
    assert [str(act) for act in found.trail] == ["SUBMITTED by EMPLOYEE", "REJECTED by A", "SUBMITTED by EMPLOYEE"]
    assert [len(acts) for acts in found.passes] == [3, 1]


def test_what_the_system_rejects_after_the_last_approval_is_over() -> None:
    found = case("SUBMITTED by EMPLOYEE", "FINAL_APPROVED by A", "REJECTED by MISSING")
    assert (found.end, len(found.trail)) == ("COMPLETED", 2)
