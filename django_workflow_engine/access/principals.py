"""Principals: the texts that name whoever sees a run.

A user is `user:KEY`, and `requester:KEY` beside it where the run is the user's own; whoever belongs to a company has
`company:KEY`, with the primary key of the user that stands for it. A project has further kinds: the function that
RUN_PRINCIPALS names gives those of a run, and the access policy of the API says which a user has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from django_workflow_engine import conf
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.access import PRINCIPAL_LENGTH
from django_workflow_engine.models.keys import key_text, to_primary_key

USER: Final = "user:"
REQUESTER: Final = "requester:"
COMPANY: Final = "company:"


def of_user(key: Any) -> str:
    """The principal of the user with this primary key."""
    return USER + key_text(get_user_model(), key)


def of_requester(key: Any) -> str:
    """The principal of the user with this primary key in the runs that are the user's own."""
    return REQUESTER + key_text(get_user_model(), key)


def of_company(key: Any) -> str:
    """The principal of everybody who belongs to the company that the user with this primary key stands for."""
    return COMPANY + key_text(get_user_model(), key)


def of_run(attachment: WorkflowAttachment) -> set[str]:
    """Who sees the run without taking part in it: the company of its template, and whom the project adds."""
    company = attachment.workflow.company_id
    owners = set() if company is None else {of_company(company)}
    return owners | set(_of_the_project(attachment))


def user_keys(principals: Iterable[str]) -> set[Any]:
    """The primary keys of the users among the principals."""
    return _keys(principals, USER)


def company_keys(principals: Iterable[str]) -> set[Any]:
    """The primary keys of the users that stand for the companies among the principals."""
    return _keys(principals, COMPANY)


def _keys(principals: Iterable[str], kind: str) -> set[Any]:
    texts = (name.removeprefix(kind) for name in principals if name.startswith(kind))
    return {to_primary_key(get_user_model(), text) for text in texts} - {None}


def _of_the_project(attachment: WorkflowAttachment) -> Iterable[str]:
    """What RUN_PRINCIPALS gives; raises ImproperlyConfigured for what is no principal of the project's own."""
    path, function = conf.run_principals(), function_of_the_project()
    given = () if function is None else tuple(function(attachment))
    for name in given:
        if not is_of_the_project(name):
            raise ImproperlyConfigured(
                f"{path} gives {name!r}; a principal is a text such as “department:7”, of at most {PRINCIPAL_LENGTH} "
                f"characters, and begins with none of “{USER}”, “{REQUESTER}” and “{COMPANY}”."
            )
    return given


def function_of_the_project() -> Callable[[WorkflowAttachment], Iterable[str]] | None:
    """What RUN_PRINCIPALS names; None where it names nothing that can be called, which a system check tells."""
    path = conf.run_principals()
    try:
        found = None if path is None else import_string(path)
    except ImportError:
        return None
    return found if callable(found) else None


def is_of_the_project(name: Any) -> bool:
    """Whether this may be a principal of a project's own kind."""
    if not isinstance(name, str) or not 0 < len(name) <= PRINCIPAL_LENGTH or "\x00" in name:
        return False
    return not name.startswith((USER, REQUESTER, COMPANY))
