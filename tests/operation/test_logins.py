"""Log-ins that fail are slowed down by name and address together, in every process and through both doors."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.operation.server import Server

WRONG = [{"code": "INVALID", "path": ["password"], "message": "The username or the password is wrong."}]
LOCKED = "Too many log-ins failed. Seconds to wait: "
SECRET = "a-guess-that-is-wrong"
RIGHT = "erin-demo-1"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two processes over one database, which wait for five seconds after three failures."""
    folder = tmp_path_factory.mktemp("logins")
    environment = {"LOGIN_ATTEMPTS": "3", "LOGIN_WAIT_SECONDS": "5"}
    first, second = Server(folder, environment), Server(folder, environment)
    first.prepare("migrate --verbosity=0", "seed_demo --json")
    yield first.start(), second.start()
    first.stop()
    second.stop()


def is_locked(answer: dict[str, Any]) -> bool:
    """Whether an answer says so, and how many of the five seconds are left."""
    seconds = answer["retryAfterSeconds"]
    error = {"code": "FORBIDDEN", "path": ["username"], "message": f"{LOCKED}{seconds}."}
    return answer == {"viewer": None, "errors": [error], "retryAfterSeconds": seconds} and 1 <= seconds <= 5


def from_address(address: str) -> dict[str, str]:
    """What a proxy on this machine, which the server trusts, says of its client."""
    return {"X-Forwarded-For": address}


def test_three_failures_lock_a_name_at_an_address_in_every_process_until_the_wait_is_over(
    servers: tuple[Server, Server],
) -> None:
    first, second = servers
    guesser, owner = from_address("192.0.2.1"), from_address("192.0.2.2")
    assert first.login("erin", SECRET, **guesser)["errors"] == WRONG
    assert second.login("erin", SECRET, **guesser)["errors"] == WRONG
    locked = time.monotonic()
    assert is_locked(first.login("erin", SECRET, **guesser))
    for server in servers:
        assert is_locked(server.login("erin", RIGHT, **guesser))
        assert server.login("erin", RIGHT, **owner)["errors"] == []
        assert server.login("acme", "acme-demo-1", **guesser)["errors"] == []
    while time.monotonic() < locked + 6:
        time.sleep(0.2)
    assert second.login("erin", RIGHT, **guesser)["viewer"] == {"user": {"username": "erin"}}


def test_the_answer_is_in_the_language_of_the_request(servers: tuple[Server, Server]) -> None:
    arabic = from_address("192.0.2.3") | {"Accept-Language": "ar"}
    (error,) = [servers[0].login("frank", SECRET, **arabic) for _ in range(3)][-1]["errors"]
    assert (error["code"], error["path"]) == ("FORBIDDEN", ["username"])
    assert re.fullmatch("فشلت محاولات دخول كثيرة. الثواني المتبقية: [345].", error["message"])


def test_a_success_forgets_the_failures_before_it(servers: tuple[Server, Server]) -> None:
    somewhere = from_address("192.0.2.4")
    for _ in range(2):
        for _failure in range(2):
            assert servers[0].login("erin", SECRET, **somewhere)["errors"] == WRONG
        assert servers[1].login("erin", RIGHT, **somewhere)["errors"] == []


def test_a_name_that_nobody_can_have_is_told_the_same(servers: tuple[Server, Server]) -> None:
    assert servers[0].login("n" * 300, SECRET, **from_address("192.0.2.5"))["errors"] == WRONG


def test_the_admin_s_form_counts_too(servers: tuple[Server, Server]) -> None:
    somewhere = from_address("192.0.2.6")
    with httpx.Client(base_url=servers[0].address, headers=somewhere) as browser:
        page = browser.get("/admin/login/").text
        token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)[0]
        form = {"username": "admin", "password": SECRET, "csrfmiddlewaretoken": token}
        answers = [browser.post("/admin/login/", data=form) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].text == f"{LOCKED}{answers[2].headers['Retry-After']}."
        assert 1 <= int(answers[2].headers["Retry-After"]) <= 5
    assert is_locked(servers[1].login("admin", "admin-demo-1", **somewhere))


def test_an_account_that_is_not_there_is_told_the_same(servers: tuple[Server, Server]) -> None:
    somewhere = from_address("192.0.2.8")
    answers = [servers[0].login("nobody-at-all", SECRET, **somewhere) for _ in range(3)]
    assert [answer["errors"] for answer in answers[:2]] == [WRONG, WRONG]
    assert [answer["retryAfterSeconds"] for answer in answers[:2]] == [None, None]
    assert is_locked(answers[2])


def test_the_wait_of_several_browsers_ends_with_the_failure_that_is_one_too_many(
    servers: tuple[Server, Server],
) -> None:
    somewhere, sent = from_address("192.0.2.9"), []
    for agent in ("first", "second", "third"):
        sent.append(time.monotonic())
        answer = servers[0].login("heidi", SECRET, **somewhere, **{"User-Agent": agent})
        time.sleep(0.7)
    passed = time.monotonic() - sent[0], sent[2] - sent[1]  # since the oldest of the three, which is forgotten first
    assert answer["retryAfterSeconds"] in range(math.floor(5 - passed[0]), math.ceil(5 - passed[1]) + 1)


def test_failures_are_logged_with_who_and_where_and_without_the_password(servers: tuple[Server, Server]) -> None:
    first, second = servers
    first.login("gone", SECRET, **from_address("192.0.2.7"))
    (line,) = [line for line in first.log.splitlines() if "192.0.2.7" in line]
    assert "login failure" in line
    assert "gone" in line
    assert SECRET not in first.log + second.log
    assert "Traceback" not in first.log + second.log
