"""The container files fit the code: what is copied exists, what is set is read, what starts waits for its needs."""

from __future__ import annotations

import re

import pytest

from tests.containers.files import OWN, asked_for, compose, environment_of, instructions, the_last, tracked
from tests.server.variables import VARIABLES

SECRETS = {
    "SECRET_KEY": "k" * 64,
    "ALLOWED_HOSTS": "workflows.example.com",
    "POSTGRES_PASSWORD": "p0",
    "RABBITMQ_PASSWORD": "r0",
}


def test_everything_that_is_copied_is_in_git() -> None:
    copied = [
        part for each in instructions() if each.word == "COPY" and not each.flags for part in each.text.split()[:-1]
    ]
    assert "gql_workflows" in copied
    files = tracked()
    assert [name for name in copied if not any(path == name or path.startswith(f"{name}/") for path in files)] == []


def test_what_is_copied_from_another_stage_is_of_a_stage_with_that_name() -> None:
    stages = {each.text.split(" AS ")[1] for each in instructions() if each.word == "FROM" and " AS " in each.text}
    assert {each.flags["from"] for each in instructions() if each.word == "COPY" and each.flags} == stages == {"build"}


def test_the_image_s_process_is_not_root_and_is_asked_for_its_health() -> None:
    assert the_last("USER").text == "10001:10001"
    assert "/healthz" in the_last("HEALTHCHECK").command()[-1]
    assert the_last("CMD").command() == ["python", "-m", "gql_workflows.server"]


@pytest.mark.parametrize("service", OWN)
def test_every_variable_of_a_service_is_one_that_the_server_reads(service: str) -> None:
    assert set(environment_of(service, SECRETS)) - VARIABLES == set()


def test_every_variable_of_the_image_is_one_that_the_server_or_python_reads() -> None:
    texts = " ".join(each.text for each in instructions() if each.word == "ENV")
    told = set(re.findall(r"(\w+)=", texts))
    assert told - VARIABLES == {"PATH", "PYTHONUNBUFFERED", "PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}


def test_secrets_come_from_outside_and_are_asked_for() -> None:
    assert asked_for() == set(SECRETS)
    for name in SECRETS:
        with pytest.raises(KeyError, match=name):
            environment_of("server", {**SECRETS, name: ""})
    database = environment_of("server", SECRETS)["DATABASE_URL"]
    assert database == "postgres://workflows:p0@postgres:5432/workflows"


def test_the_databases_have_the_names_and_passwords_that_the_server_uses() -> None:
    assert environment_of("postgres", SECRETS) == {
        "POSTGRES_USER": "workflows",
        "POSTGRES_PASSWORD": "p0",
        "POSTGRES_DB": "workflows",
    }
    assert environment_of("rabbitmq", SECRETS) == {"RABBITMQ_DEFAULT_USER": "workflows", "RABBITMQ_DEFAULT_PASS": "r0"}
    assert environment_of("worker", SECRETS)["CELERY_BROKER_URL"] == "amqp://workflows:r0@rabbitmq:5672//"


def test_whoever_is_waited_for_says_when_it_is_ready() -> None:
    services = compose()
    for name in OWN:
        for needed, wanted in services[name]["depends_on"].items():
            if wanted["condition"] == "service_healthy":
                assert "test" in services[needed]["healthcheck"], (name, needed)
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"
    for name in ("server", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_nothing_is_open_beyond_the_machine() -> None:
    assert {name: service["ports"] for name, service in compose().items() if "ports" in service} == {
        "server": ["127.0.0.1:8000:8000"]
    }
