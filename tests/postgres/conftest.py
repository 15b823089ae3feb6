"""The processes that race, and what must be true after every race."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import UserFactory
from tests.postgres.invariants import assert_consistent_rows, deadlocks
from tests.postgres.processes import PROCESSES, Processes
from tests.postgres.races import Race


@pytest.fixture(scope="package")
def processes(django_db_setup: None) -> Iterator[Processes]:
    """Processes on the test database, kept for all races."""
    pool = Processes(connection.settings_dict["NAME"])
    yield pool
    pool.close()


@pytest.fixture
def race(
    transactional_db: None, processes: Processes, record_property: Callable[[str, object], None]
) -> Iterator[Race]:
    """Run rounds of calls; afterwards PostgreSQL has met no deadlock, and every row of every table fits the others."""
    before = deadlocks()
    running = Race(processes)
    yield running
    record_property("race", running.summary())
    assert deadlocks() == before
    assert_consistent_rows()


@pytest.fixture
def members() -> list[User]:
    return UserFactory.create_batch(PROCESSES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of every race."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    figures = {
        report.nodeid: text
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == "race"
    }
    if figures:
        terminalreporter.section("races")
    for nodeid, text in figures.items():
        terminalreporter.write_line(f"{nodeid.split('::')[1]}: {text}")
