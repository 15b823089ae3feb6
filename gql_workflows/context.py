"""What one request carries: who asks, by which rule, and its loaders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry
from django.utils.translation import gettext as _
from strawberry.django.context import StrawberryDjangoContext

from gql_workflows.dataloaders import Loaders
from gql_workflows.errors import Unauthenticated
from gql_workflows.permissions import AccessPolicy, policy
from gql_workflows.roots import Roots


@dataclass
class Context(StrawberryDjangoContext):
    """The context of one request; `viewer` is None while nobody is signed in."""

    viewer: Any = None
    policy: AccessPolicy = field(init=False)
    loaders: Loaders = field(init=False)
    roots: Roots = field(init=False, default_factory=Roots)
    login_tried: bool = False

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drop what was loaded, and what the policy has read: after a change, everything is read anew."""
        self.policy = policy()
        self.loaders = Loaders(self)

    @property
    def user(self) -> Any:
        """Who is signed in; raises Unauthenticated when nobody is."""
        if self.viewer is None:
            raise Unauthenticated(_("Sign in first."))
        return self.viewer


Info: TypeAlias = strawberry.Info[Context, None]
