"""Whose companies a user belongs to, as whom the user sees runs, and who administers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model

from django_workflow_engine.access.principals import of_company, of_user
from django_workflow_engine.people import has_permission, is_staff


class Membership:
    """What every other rule is built on. `user` is always somebody who is signed in."""

    def companies(self, user: Any) -> Any:
        """The users that stand for the companies whose member the user is, as a collection of primary keys.

        By default a company is a user, and that user is its only member.
        """
        return [user.pk]

    def principals(self, user: Any) -> Collection[str]:
        """As whom the user sees runs: as oneself, and as a member of each company.

        Extend it with principals of the project's own, such as `department:7`, which the function that the engine's
        setting RUN_PRINCIPALS names gives to runs.
        """
        return [of_user(user.pk), *map(of_company, self.companies(user))]

    def administers(self, user: Any, model: type[Model]) -> bool:
        """Whether the user sees every row of the model: staff with the model's view permission."""
        permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
        return is_staff(user) and has_permission(user, permission)

    def _is_member(self, user: Any, company_id: Any) -> bool:
        return company_id is not None and company_id in list(self.companies(user))
