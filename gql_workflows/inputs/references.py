"""Which people, roles, forms and departments an input may name: what the caller may not name does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from django_workflow_engine import conf
from django_workflow_engine.models.keys import to_primary_key
from gql_workflows.context import Context
from gql_workflows.ids import row_key
from gql_workflows.scalars.absent import given

NO_ROW: Final = "?"  # stands for what names no row, so that the engine reports it with its path


class References:
    """The rows among those named in one input that the caller may name; one statement for each kind."""

    def __init__(self, context: Context, *, approvals: Iterable[Any] = (), departments: Iterable[Any] = ()) -> None:
        policy, user, named = context.policy, context.user, list(approvals)
        deadlines = [one for one in (given(approval.deadline) for approval in named) if one is not None]
        users = [*(one.approval_user for one in named), *(one.fallback_user for one in (*named, *deadlines))]
        roles = [*(one.user_role for one in named), *(one.fallback_role for one in (*named, *deadlines))]
        self._users = _known(policy.people_to_name(user), map(_user, users))
        self._roles = _known(policy.roles_to_name(user), map(_role, roles))
        self._forms = _known(policy.forms_to_name(user), (_form(approval.required_form) for approval in named))
        self._departments = _known(policy.departments_to_name(user), (_department(value) for value in departments))

    def user(self, value: Any) -> Any:
        """The primary key of a user's global id; None where it was left out."""
        return self._key(value, _user, self._users)

    def role(self, value: Any) -> Any:
        """The primary key of a role's global id; None where it was left out."""
        return self._key(value, _role, self._roles)

    def form(self, value: Any) -> Any:
        """The primary key of a form's global id; None where it was left out."""
        return self._key(value, _form, self._forms)

    def department(self, value: Any) -> str | None:
        """The primary key of a department as text; None where it was left out."""
        key = self._key(value, _department, self._departments)
        return None if key is None else str(key)

    @staticmethod
    def _key(value: Any, parse: Any, known: set[Any]) -> Any:
        if given(value) is None:
            return None
        key = parse(value)
        return key if key in known else NO_ROW


def company_key(value: Any) -> Any:
    """The primary key of the user that stands for a company; None where it was left out."""
    if given(value) is None:
        return None
    key = _user(value)
    return NO_ROW if key is None else key


def _known(rows: QuerySet[Any] | None, keys: Iterable[Any]) -> set[Any]:
    wanted = {key for key in keys if key is not None}
    if rows is None or not wanted:
        return set()
    return set(rows.filter(pk__in=wanted).values_list("pk", flat=True))


def _user(value: Any) -> Any:
    return None if given(value) is None else row_key(value, "User", get_user_model())


def _role(value: Any) -> Any:
    model = conf.role_model()
    return None if given(value) is None or model is None else row_key(value, "Role", model)


def _form(value: Any) -> Any:
    model = conf.form_model()
    return None if given(value) is None or model is None else row_key(value, "Form", model)


def _department(value: Any) -> Any:
    model: type[Model] | None = conf.department_model()
    return None if given(value) is None or model is None else to_primary_key(model, value)
