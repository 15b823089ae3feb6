"""Signing in and out."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from tests.api.documents import LOGIN, VIEWER
from tests.client import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin() -> User:
    user = User.objects.create_user("erin", password="secret-1", first_name="Erin", last_name="Ross")
    user.user_permissions.add(Permission.objects.get(codename="approve_workflow"))
    user.user_permissions.add(Permission.objects.get(codename="add_group"))
    return user


def test_a_login_opens_a_session_and_tells_who_it_is(erin: User) -> None:
    api = Api()
    answer = api.run(LOGIN, username="erin", password="secret-1")["login"]
    assert answer["errors"] == []
    assert answer["viewer"]["user"]["displayName"] == "Erin Ross"
    assert answer["viewer"]["permissions"] == ["django_workflow_engine.approve_workflow"]
    assert api.run(VIEWER)["viewer"]["user"]["username"] == "erin"
    cookie = api.http.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_a_login_rotates_the_session_and_a_logout_ends_it(erin: User) -> None:
    api = Api()
    api.run(LOGIN, username="erin", password="secret-1")
    first = api.http.cookies["sessionid"].value
    api.run(LOGIN, username="erin", password="secret-1")
    assert api.run("mutation { logout }") == {"logout": True}
    assert api.run(VIEWER) == {"viewer": None}
    assert api.run("mutation { logout }") == {"logout": False}
    api.http.cookies["sessionid"] = first
    assert api.run(VIEWER) == {"viewer": None}


@pytest.mark.parametrize(
    ("username", "password"),
    [("erin", "wrong"), ("nobody", "secret-1"), ("", ""), ("idle", "secret-1"), ("a\x00b", "x")],
)
def test_every_wrong_login_is_told_the_same(erin: User, username: str, password: str) -> None:
    User.objects.create_user("idle", password="secret-1", is_active=False)
    api = Api()
    answer = api.run(LOGIN, username=username, password=password)["login"]
    assert answer["viewer"] is None
    assert answer["errors"] == [
        {"code": "INVALID", "message": "The username or the password is wrong.", "path": ["password"]}
    ]
    assert "sessionid" not in api.http.cookies


def test_one_login_is_tried_in_a_request(erin: User) -> None:
    document = "mutation {{ {} }}".format(
        " ".join(f'l{n}: login(username: "erin", password: "{n}") {{ errors {{ code }} }}' for n in range(3))
    )
    body = Api().raw(document).json()
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
