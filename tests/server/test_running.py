"""The server as a process: without the demo, with it, with a project of one's own, and without its packages."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.server.place import SETTINGS, manage, python, serving

TYPENAME = {"data": {"__typename": "Query"}}
DEMO_TABLES = """
from django.db import connection
print(sorted(name for name in connection.introspection.table_names() if name.startswith("demo_")))
"""
COUNTS = """
from django.contrib.contenttypes.models import ContentType
from django_workflow_engine.models import WorkflowAttachment
print(WorkflowAttachment.objects.count(), ContentType.objects.filter(app_label="demo").count())
"""
ATTACH = """
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import PurchaseRequest
wanted = PurchaseRequest.objects.first()
attach_workflow_to_object(wanted, WorkFlow.objects.templates().get(), user=wanted.requester)
"""


def test_without_the_demo_it_answers_and_tells_how_to_make_an_administrator(tmp_path: Path) -> None:
    with serving(folder=tmp_path) as server:
        assert server.ask("{ __typename }") == TYPENAME
        assert httpx.get(f"{server.url}/admin/login/").status_code == 200
        icon = httpx.get(f"{server.url}/favicon.ico")
        assert (icon.status_code, icon.content) == (204, b"")
    said = server.said()
    assert f"{server.url}/graphql/" in said
    assert "python -m django createsuperuser --settings=gql_workflows.server.settings" in said
    assert "docs/deploying.md" in said
    assert [word for word in ("erin", "Demo users", "WARNING") if word in said] == []
    assert manage("shell", "-v0", "-c", DEMO_TABLES, folder=tmp_path) == "[]\n"


def test_an_administrator_made_as_it_says_may_sign_in(tmp_path: Path) -> None:
    manage("migrate", "-v0", folder=tmp_path)
    person = {"DJANGO_SUPERUSER_PASSWORD": "quite-a-long-one", "DJANGO_SUPERUSER_USERNAME": "root"}
    manage("createsuperuser", "--noinput", "--email=a@b.example", folder=tmp_path, **person)
    with serving(folder=tmp_path) as server:
        login = 'mutation { login(username: "root", password: "quite-a-long-one") { viewer { user { username } } } }'
        assert server.ask(login) == {"data": {"login": {"viewer": {"user": {"username": "root"}}}}}


def test_the_admin_refuses_a_form_of_another_site(tmp_path: Path) -> None:
    with serving(folder=tmp_path) as server:
        posted = httpx.post(f"{server.url}/admin/login/", data={"username": "root", "password": "x"})
        assert posted.status_code == 403


def test_the_demo_s_greeting_names_its_people(tmp_path: Path) -> None:
    with serving("--demo", folder=tmp_path) as server:
        login = 'mutation { login(username: "erin", password: "erin-demo-1") { errors { code } } }'
        assert server.ask(login) == {"data": {"login": {"errors": []}}}
    assert "login as erin" in server.said()
    assert "createsuperuser" not in server.said()


def test_the_demo_may_be_switched_on_later_and_off_again(tmp_path: Path) -> None:
    manage("migrate", "-v0", folder=tmp_path)
    assert "no issues" in manage("check", folder=tmp_path)
    manage("migrate", "-v0", folder=tmp_path, DEMO="true")
    manage("seed_demo", folder=tmp_path, DEMO="true")
    manage("shell", "-v0", "-c", ATTACH, folder=tmp_path, DEMO="true")
    assert "no issues" in manage("check", folder=tmp_path)
    assert manage("makemigrations", "--check", folder=tmp_path) == "No changes detected\n"
    assert "No migrations to apply" in manage("migrate", folder=tmp_path)
    assert manage("shell", "-v0", "-c", COUNTS, folder=tmp_path) == "1 5\n"  # nothing is lost
    assert _runs_seen(tmp_path) == []
    assert _runs_seen(tmp_path, DEMO="true") == [
        {"node": {"target": {"display": "Laptops for the new team (1) (1000.00)"}}}
    ]


def _runs_seen(folder: Path, **own: str) -> object:
    """What the demo's administrator sees of the runs."""
    with serving(folder=folder, **own) as server, httpx.Client(base_url=f"{server.url}/graphql/") as client:
        login = 'mutation { login(username: "admin", password: "admin-demo-1") { errors { code } } }'
        assert client.post("", json={"query": login}).json() == {"data": {"login": {"errors": []}}}
        runs = client.post("", json={"query": "{ attachments { edges { node { target { display } } } } }"})
        return runs.json()["data"]["attachments"]["edges"]


OWN = {
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.TextField()\n",
    "shop/access.py": "from gql_workflows.permissions import AccessPolicy\n\n\nclass Policy(AccessPolicy):\n    pass\n",
    "mysite/__init__.py": "",
    "mysite/settings.py": """from gql_workflows.server.settings import *

INSTALLED_APPS += ["shop"]
DJANGO_WORKFLOW_ENGINE["ENABLED_MODELS"] = ["shop.Order"]
GQL_WORKFLOWS["ACCESS_POLICY"] = "shop.access.Policy"
ASGI_APPLICATION = "mysite.asgi.application"
""",
    "mysite/asgi.py": """import sys
from gql_workflows.server.asgi import application
print("mysite serves", file=sys.stderr)
""",
}
ASKED = """
from django.conf import settings
from django_workflow_engine import conf
from gql_workflows import conf as api
print(settings.SETTINGS_MODULE, sorted(conf.enabled_models()), api.access_policy())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an app and a policy, and settings that begin with the server's."""
    for name, source in OWN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    return tmp_path


def test_a_project_s_own_settings_are_those_of_every_process(project: Path) -> None:
    own = {"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONPATH": f"{project}:{Path(__file__).parents[2]}"}
    manage("makemigrations", "shop", folder=project, **own)
    assert "no issues" in manage("check", folder=project, **own)
    asked = manage("shell", "-v0", "-c", ASKED, folder=project, **own)
    assert asked == "mysite.settings ['shop.order'] shop.access.Policy\n"
    worker = python("-c", f"import gql_workflows.server.celery, django; django.setup(){ASKED}", folder=project, **own)
    assert worker.stdout == asked
    with serving(folder=project, **own) as server:
        assert server.ask("{ __typename }") == TYPENAME
    assert "mysite serves" in server.said()
    assert "--settings=mysite.settings" in server.said()


def test_a_demo_that_a_project_has_not_is_refused(project: Path) -> None:
    with (project / "mysite" / "settings.py").open("a") as file:
        file.write("if DEMO:\n    INSTALLED_APPS.remove('gql_workflows.demo')\n")
    own = {"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONPATH": f"{project}:{Path(__file__).parents[2]}"}
    done = python("-m", "gql_workflows.server", "--demo", folder=project, **own)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "--demo needs 'gql_workflows.demo' in the INSTALLED_APPS of mysite.settings.\n"


def test_an_app_of_one_s_own_is_named_in_the_environment(project: Path) -> None:
    own = {
        "EXTRA_APPS": "shop",
        "ENABLED_MODELS": "shop.Order",
        "ACCESS_POLICY": "shop.access.Policy",
        "PYTHONPATH": f"{project}:{Path(__file__).parents[2]}",
    }
    asked = manage("shell", "-v0", "-c", ASKED, folder=project, **own)
    assert asked == "gql_workflows.server.settings ['shop.order'] shop.access.Policy\n"
    assert "no issues" in manage("check", folder=project, **own)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"PORT": "eight"}, "PORT cannot be used: write a whole number from 1 to 65535."),
        ({"WEB_CONCURRENCY": "2"}, "WEB_CONCURRENCY is 2, and several processes need a Redis: set REDIS_URL."),
        ({"HOST": "192.0.2.1"}, "Port 8000 on 192.0.2.1 cannot be used"),
        ({"ENABLED_MODELS": "shop.Order"}, "DJANGO_WORKFLOW_ENGINE['ENABLED_MODELS'] names “shop.order”"),
        ({"ACCESS_POLICY": "shop.Policy"}, "GQL_WORKFLOWS['ACCESS_POLICY'] names no policy"),
        ({"DATABASE_URL": "sqlite:////nowhere/db.sqlite3"}, "The database cannot be used: "),
    ],
)
def test_what_cannot_be_served_is_said_without_a_traceback(tmp_path: Path, own: dict[str, str], said: str) -> None:
    done = python("-m", "gql_workflows.server", folder=tmp_path, **own)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "GraphQL API" not in done.stdout


HANDED_ON = """
import django
from threading import Thread
django.setup()
def say():
    from celery import current_app
    print(current_app.main, current_app.conf.broker_url, current_app.conf.task_default_queue)
for thread in (Thread(target=say), Thread(target=say)):
    thread.start()
    thread.join()
"""


def test_every_thread_of_every_process_hands_actions_to_the_queue_of_the_settings(tmp_path: Path) -> None:
    own = {"DJANGO_SETTINGS_MODULE": SETTINGS, "CELERY_BROKER_URL": "redis://x/1", "CELERY_TASK_DEFAULT_QUEUE": "shop"}
    done = python("-c", HANDED_ON, folder=tmp_path, **own)
    assert (done.stdout, done.stderr) == ("gql_workflows redis://x/1 shop\n" * 2, "")


@pytest.mark.parametrize(("arguments", "own"), [(["--demo"], {}), ([], {"DEMO": "true"})])
def test_a_demo_that_is_not_installed_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], own: dict[str, str]
) -> None:
    source = WITHOUT.format(missing=["gql_workflows.demo"], module="gql_workflows.server", arguments=arguments)
    done = python("-c", source, folder=tmp_path, **own)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The demo is in the repository alone, not in the package: do without it, or `make run` in a checkout.\n"
    )


WITHOUT = """
import runpy, sys
for name in {missing}:
    sys.modules[name] = None
sys.argv = ["server", *{arguments}]
runpy.run_module("{module}", run_name="__main__")
"""


@pytest.mark.parametrize(
    "module", ["gql_workflows.server", "gql_workflows.server.asgi", "gql_workflows.server.settings"]
)
def test_a_server_without_its_packages_names_the_extra(tmp_path: Path, module: str) -> None:
    source = WITHOUT.format(missing=["uvicorn", "environ"], module=module, arguments=[])
    done = python("-c", source, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'The server needs environ, uvicorn, of an extra: pip install "gql-workflows[server]"\n'
    assert list(tmp_path.iterdir()) == []
