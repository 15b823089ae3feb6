"""The probes' addresses: who may ask, what they tell, and how long a service may keep them waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client, override_settings

from gql_workflows.server import services
from tests.redis import place

pytestmark = pytest.mark.django_db(transaction=True)
MIDDLEWARE = [
    "gql_workflows.server.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
FINE = {"database": "ok", "migrations": "ok", "cache": "ok"}


@pytest.fixture(autouse=True)
def project() -> Iterator[None]:
    """A server that leads everything to HTTPS, and goes by a single name."""
    with override_settings(MIDDLEWARE=MIDDLEWARE, SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["api.example.com"]):
        yield


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_services", lambda: dict.fromkeys(FINE, lambda: "ok"))


@pytest.mark.parametrize("path", ["/healthz", "/healthz/", "/readyz", "/readyz/"])
def test_a_probe_comes_by_the_bare_address_and_over_plain_http(fine: None, path: str) -> None:
    response = Client(headers={"Host": "10.1.2.3"}).get(path)
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.headers["Cache-Control"] == "no-store"
    assert async_to_sync(AsyncClient(headers={"Host": "10.1.2.3"}).get)(path).json() == response.json()


def test_every_other_address_is_led_and_refused_as_before() -> None:
    assert Client(headers={"Host": "api.example.com"}).get("/graphql/").status_code == 301
    assert Client(headers={"Host": "api.example.com"}).post("/healthz").status_code == 301


def test_a_process_lives_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_services", lambda: pytest.fail("a service was asked"))
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_each_service_has_its_state_and_nothing_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> str:
        raise ConnectionError("password=secret at 10.0.0.1")

    looks = {"database": lambda: "ok", "migrations": lambda: services.PENDING, "cache": fails}
    monkeypatch.setattr(services, "_services", lambda: looks)
    response = Client().get("/readyz")
    checks = {"database": "ok", "migrations": "pending", "cache": "failed"}
    assert (response.status_code, response.json()) == (503, {"status": "unavailable", "checks": checks})


def test_a_service_that_hangs_is_not_waited_for_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, asked = threading.Event(), []

    def hangs() -> str:
        asked.append(1)
        ended.wait(30)
        return "ok"

    monkeypatch.setattr(services, "SECONDS", 0.2)
    monkeypatch.setattr(services, "_services", lambda: {"broker": hangs})
    began = time.monotonic()
    try:
        for _probe in range(3):
            assert Client().get("/readyz").json()["checks"] == {"broker": "no answer"}
        assert time.monotonic() - began < 5
        assert asked == [1]
    finally:
        ended.set()


@pytest.mark.postgres
def test_the_real_services_are_asked() -> None:
    assert services.states() == FINE
    with override_settings(CELERY_BROKER_URL="amqp://guest:secret@127.0.0.1:1//"):
        assert services.states() == FINE | {"broker": "failed"}


@pytest.mark.redis
def test_a_redis_that_is_away_is_told() -> None:
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": cache}):
        assert services.states()["cache"] == "failed"
    with override_settings(CACHES={"default": cache | {"LOCATION": place.URL}}):
        assert services.states()["cache"] == "ok"
