"""The sample project's tenancy: a company's members are the users of the group with the company's name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from gql_workflows.permissions import AccessPolicy


class DemoAccessPolicy(AccessPolicy):
    """Companies by groups."""

    def companies(self, user: Any) -> list[Any]:
        """The user itself, and each user that bears the name of one of the user's groups."""
        names = user.groups.values_list("name", flat=True)
        return [user.pk, *get_user_model()._default_manager.filter(username__in=names).values_list("pk", flat=True)]
