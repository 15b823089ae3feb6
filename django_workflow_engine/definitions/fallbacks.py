"""Fallbacks: who is asked for an approval when nobody else can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.approval_keys import Key, Parameter, read_key
from django_workflow_engine.definitions.declared import Kind
from django_workflow_engine.errors import Fault, Path

FALLBACKS: Final = ("fallback_user", "fallback_role")

FALLBACK_USER: Final = Parameter(
    kind=Kind.KEY,
    read=read_key,
    label=gettext_lazy("Person who is asked when nobody else can be"),
    description="The user who is asked where nobody who is named may decide, and when the time is up",
    created="either this or fallbackRole; where the deadline names one, that counts here, too",
    names="user",
)
FALLBACK_ROLE: Final = Parameter(
    kind=Kind.KEY,
    read=read_key,
    label=gettext_lazy("Role that is asked when nobody else can be"),
    description="The role whose members are asked where nobody who is named may decide, and when the time is up; any "
    "one of them may decide",
    created="either this or fallbackUser; where the deadline names one, that counts here, too",
    names="role",
)


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """One person, or the members of one role, any one of whom may decide; `path` is where the approval names them."""

    user: Key | None = None
    role: Key | None = None
    path: Path = ()


def fallback_named(owner: Any, *above: str) -> Fallback | None:
    """Whom an approval, or its deadline, names; None for nobody. `above` is the owner's place in the approval."""
    for name in FALLBACKS:
        key = getattr(owner, name, None)
        if key is not None:
            return Fallback(**{name.removeprefix("fallback_"): key}, path=(*above, name))
    return None


def faults_of_both(named: list[str], path: Path) -> Iterator[Fault]:
    """The fault of whoever names both kinds."""
    if len(named) > 1:
        message = _("Name a person or a role, not both.")
        yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, FALLBACKS[1]))
