"""Signing in and out with Django's session."""

from __future__ import annotations

from typing import Annotated

import strawberry
from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.errors import Forbidden, InvalidInput, WorkflowError
from gql_workflows.access import lockouts
from gql_workflows.context import Info
from gql_workflows.errors import BadUserInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.queries.session import viewer_of
from gql_workflows.rules import Rule, mutation
from gql_workflows.types.payloads import LoginPayload


def _wait(error: WorkflowError) -> dict[str, int | None]:
    return {"retry_after_seconds": error.facts.get("seconds")}


@workflow_mutation(
    LoginPayload,
    rule=Rule.PUBLIC,
    repeatable=False,
    description="Sign in; the answer sets the session cookie. Wrong credentials are INVALID at [password]; "
    "FORBIDDEN at [username] says that too many log-ins failed, and to wait.",
    on_refusal=_wait,
)
def login(
    info: Info,
    username: Annotated[str, strawberry.argument(description="The username.")],
    password: Annotated[str, strawberry.argument(description="The password.")],
) -> LoginPayload:
    """Open a session; one text for every cause of a refusal."""
    if info.context.login_tried:
        raise BadUserInput(_("One login is allowed in a request."))
    info.context.login_tried = True
    request = info.context.request
    user = None
    if "\x00" not in username and len(username) <= people.longest_username():
        user = auth.authenticate(request, username=username, password=password)
    if user is None:
        _refuse_locked_out(request)
        raise InvalidInput(_("The username or the password is wrong."), path=("password",))
    auth.login(request, user)
    info.context.viewer = user
    return LoginPayload(viewer=viewer_of(user))


def _refuse_locked_out(request: HttpRequest) -> None:
    """Say that too much was tried, where django-axes says so; without it, nothing is marked so.

    The mark is taken off: its middleware would put a text of its own in the place of the answer.
    """
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]
        seconds = lockouts.seconds_left(request)
        raise Forbidden(lockouts.message(seconds), path=("username",), seconds=seconds)


@mutation(Rule.PUBLIC, description="Sign out; true when somebody was signed in.")
def logout(info: Info) -> bool:
    """End the session; True when somebody was signed in."""
    was_signed_in = info.context.viewer is not None
    auth.logout(info.context.request)
    info.context.viewer = None
    info.context.forget()
    return was_signed_in
