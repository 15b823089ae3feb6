"""What the container files start does its work: the image's steps are run, then each service's own command.

PostgreSQL, Redis and RabbitMQ are those of the machine.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from django.db import connection
from kombu import Connection

from tests.containers.files import compose, environment_of, the_last
from tests.containers.image import Image
from tests.containers.test_files import SECRETS
from tests.rabbitmq import broker
from tests.redis import place as redis_place
from tests.server.place import free_port, wait_for

pytestmark = [pytest.mark.containers, pytest.mark.postgres, pytest.mark.rabbitmq, pytest.mark.redis]
PATIENCE = 60
HOST = SECRETS["ALLOWED_HOSTS"]
ACTION = """import os


def say_where(**context):
    return {"process": os.getpid()}
"""
DECIDE = """
import os
from django.contrib.auth.models import Group, User
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object
ann = User.objects.create_user("ann", is_superuser=True)
info = {"approvals": [{"approval_type": "user", "approval_user": ann.pk}]}
workflow = WorkFlow.objects.create(name_en="Groups", strategy=3, workflow_info=info)
path = "shop.workflow_actions.say_where"
WorkflowAction.objects.create(workflow=workflow, action_type="on_workflow_start", function_path=path)
attach_workflow_to_object(Group.objects.create(name="Buyers"), workflow, user=ann)
print(os.getpid())
"""
RUNS = """
from django_workflow_engine.models import ActionRun
print(*[(run.status, run.returned["process"] if run.returned else None) for run in ActionRun.objects.all()])
"""


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a PostgreSQL database of its own."""
    settings = connection.settings_dict
    login = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT'] or 5432}"
    name = f"containers_{uuid4().hex}"
    with psycopg.connect(f"postgres://{login}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"postgres://{login}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Site:
    """The image, and the environment in which its services find the machine's own databases."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.image, self.port = folder, Image(folder), free_port()
        self.name = f"containers-{uuid4().hex}"
        self.addresses = {
            "DATABASE_URL": database,
            "REDIS_URL": redis_place.URL,
            "REDIS_PREFIX": self.name,
            "CELERY_BROKER_URL": broker.URL,
            "CELERY_TASK_DEFAULT_QUEUE": self.name,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, service: str, *command: str) -> tuple[subprocess.Popen[bytes], Path]:
        """A service, or another command in its place: its process and its log."""
        written = compose()[service].get("command") or the_last("CMD").command()
        given = SECRETS | {"EXTRA_APPS": "shop", "ENABLED_MODELS": "auth.Group"}
        environment = self.image.environment(**environment_of(service, given) | self.addresses)
        log = self.folder / f"{service}-{len(self.processes)}.log"
        self.processes.append(self.image.start(list(command) or written, log, environment))
        return self.processes[-1], log

    def run(self, service: str, *command: str) -> str:
        """What a command says that ends by itself, and has to succeed."""
        process, log = self.start(service, *command)
        assert process.wait(PATIENCE) == 0, log.read_text()
        return log.read_text()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(PATIENCE)


@pytest.fixture
def site(tmp_path: Path, database: str) -> Iterator[Site]:
    """The image with an app of one's own in it."""
    site = Site(tmp_path, database)
    site.image.build()
    (site.image.app / "shop").mkdir()
    (site.image.app / "shop" / "__init__.py").touch()
    (site.image.app / "shop" / "workflow_actions.py").write_text(ACTION)
    yield site
    site.stop()
    with Connection(broker.URL) as connected:
        connected.default_channel.queue_delete(site.name)


def test_every_service_does_its_work(site: Site) -> None:
    assert (site.image.app / "static" / "gql_workflows" / "graphiql" / "manifest.json").exists()
    assert (site.image.app / "static" / "admin").is_dir()
    site.run("migrate", "python", "-P", "-c", "import gql_workflows.demo.apps")
    assert "Applying django_workflow_engine.0001_initial... OK" in site.run("migrate")
    server = site.start("server")
    worker, beat = site.start("worker"), site.start("beat")
    the_server_answers(site, *server)
    the_worker_runs_an_action(site, *worker)
    the_beat_has_started(site, *beat)
    assert {process.poll() for process in (server[0], worker[0], beat[0])} == {None}


def the_server_answers(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    address = f"http://127.0.0.1:{site.port}"
    if find_spec("gql_workflows.server.health"):
        wait_for(f"{address}/healthz", process, log)
        site.run("server", *the_last("HEALTHCHECK").command())
    redirected = until_it_answers(f"{address}/graphql/", process, log)
    assert (redirected.status_code, redirected.headers["Location"]) == (301, f"https://{HOST}/graphql/")
    secure = {"Host": HOST, "X-Forwarded-Proto": "https"}
    answer = httpx.post(f"{address}/graphql/", json={"query": "{ __typename }"}, headers=secure, timeout=30)
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert httpx.get(f"{address}/static/admin/css/base.css", headers=secure, timeout=30).status_code == 200


def until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> httpx.Response:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            return httpx.get(url, headers={"Host": HOST}, timeout=30)
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(f"{url} does not answer:\n{log.read_text()}")


def the_worker_runs_an_action(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    deciding = site.run("migrate", "python", "manage.py", "shell", "-v0", "-c", DECIDE).split()[-1]
    end = time.monotonic() + PATIENCE
    while "succeeded" not in (said := site.run("migrate", "python", "manage.py", "shell", "-v0", "-c", RUNS)):
        assert (time.monotonic() < end, process.poll()) == (True, None), said + log.read_text()
        time.sleep(1)
    assert deciding not in said


def the_beat_has_started(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while "beat: Starting..." not in log.read_text():
        assert (time.monotonic() < end, process.poll()) == (True, None), log.read_text()
        time.sleep(0.5)
    assert list((site.image.app / "data").glob("celerybeat-schedule*")) != []
