"""Actions in a real Celery worker over a real RabbitMQ: one process decides, another runs the action."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection

from tests.rabbitmq import broker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds
PUBLISH_SECONDS = 1  # the default of ACTION_PUBLISH_SECONDS
NOWHERE = "amqp://guest:guest@127.0.0.1:1//"  # nobody listens on port 1

Run = tuple[str, int, Any]


class Project:
    """A project with a database file and a queue of its own, whose processes the test starts."""

    def __init__(self, folder: Path) -> None:
        self.database, self.log = folder / "db.sqlite3", folder / "worker.log"
        self.queue = f"workflow-test-{uuid4().hex}"

    def environment(self, url: str = broker.URL) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.rabbitmq.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "CELERY_BROKER_URL": url,
            "WORKFLOW_TEST_QUEUE": self.queue,
        }
        return {**os.environ, **own}

    def python(self, *arguments: str, url: str = broker.URL) -> str:
        """What a process of the project prints."""
        command = [sys.executable, *arguments]
        environment = self.environment(url)
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def scenario(self, name: str, url: str = broker.URL) -> dict[str, Any]:
        return json.loads(self.python("-m", "tests.rabbitmq.scenario", name, url=url))

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker in processes of its own, which logs into a file.

        Its node name is the queue's: two workers of one name fight for one control queue, and the second dies.
        """
        command = [sys.executable, "-m", "celery", "-A", "tests.rabbitmq.app", "worker", "--concurrency=2"]
        command.append(f"--hostname={self.queue}@localhost")
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [*command, "--loglevel=INFO", "--without-gossip", "--without-mingle"],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )

    def runs(self) -> list[Run]:
        """Each run's status, attempts and what it returned, as they are stored."""
        with sqlite3.connect(self.database, timeout=10) as connection:
            rows = connection.execute(
                "SELECT status, attempts, returned FROM django_workflow_engine_actionrun ORDER BY id"
            ).fetchall()
        return [(status, attempts, returned and json.loads(returned)) for status, attempts, returned in rows]

    def wait_for(self, is_so: Callable[[list[Run]], bool]) -> list[Run]:
        """The runs as soon as they are so; fails with the worker's log."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            runs = self.runs()
            if is_so(runs):
                return runs
            time.sleep(0.2)
        raise AssertionError(f"{self.runs()} after {PATIENCE} s; the worker said:\n{self.log.read_text()}")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    project.python("manage.py", "migrate", "--verbosity=0")
    yield project
    if broker.answers():
        with Connection(broker.URL) as connection:
            connection.default_channel.queue_delete(project.queue)


@pytest.fixture
def worker(project: Project) -> Iterator[subprocess.Popen[bytes]]:
    process = project.worker()
    yield process
    process.terminate()
    process.wait(PATIENCE)


def all_succeeded(runs: list[Run]) -> bool:
    return {status for status, _attempts, _returned in runs} == {"succeeded"}


@pytest.mark.rabbitmq
@pytest.mark.usefixtures("worker")
def test_a_worker_runs_what_another_process_decided(project: Project):
    deciding = {project.scenario("decide")["process"] for _ in range(2)}
    runs = project.wait_for(all_succeeded)
    assert [attempts for _status, attempts, _returned in runs] == [1, 1]
    assert deciding.isdisjoint({returned["process"] for _status, _attempts, returned in runs})


@pytest.mark.rabbitmq
def test_what_is_decided_while_no_worker_runs_waits_in_the_queue(project: Project):
    project.scenario("decide")
    assert project.runs() == [("pending", 0, None)]
    process = project.worker()
    try:
        project.wait_for(all_succeeded)
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.mark.rabbitmq
@pytest.mark.usefixtures("worker")
def test_the_beat_s_task_runs_what_was_never_sent(project: Project):
    project.scenario("decide", url=NOWHERE)
    assert project.runs() == [("pending", 0, None)]
    project.scenario("beat")
    project.wait_for(all_succeeded)


@pytest.fixture
def black_hole() -> Iterator[str]:
    """The address of a port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"amqp://guest:guest@127.0.0.1:{server.getsockname()[1]}//"


@pytest.mark.parametrize("where", ["closed", "silent"])
def test_a_broker_that_does_not_answer_keeps_nobody_waiting_and_loses_nothing(
    project: Project, black_hole: str, where: str
):
    url = {"closed": NOWHERE, "silent": black_hole}[where]
    decided = project.scenario("decide", url=url)
    assert decided["publishing"] < PUBLISH_SECONDS + 1
    assert project.runs() == [("pending", 0, None)]
    said = project.python("manage.py", "run_actions", url=url)
    assert said == "1 attempted: 1 succeeded, 0 failed and will be tried again, 0 became incidents\n"
    assert all_succeeded(project.runs())
