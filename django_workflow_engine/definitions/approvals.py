"""Approval configurations: the one place that reads `approvals` JSON, for every way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ApprovalTypes, ErrorCode, RoleSelectionStrategy
from django_workflow_engine.errors import Fault, Path

Key = int | str
KEYS: Final = frozenset({"approval_type", "approval_user", "user_role", "role_selection_strategy"})


@dataclass(frozen=True, kw_only=True)
class ApprovalConfiguration:
    """Who decides one approval of a position: a user, the members of a role, or the object's own person.

    `index` is the place in the list that it was read from.
    """

    approval_type: ApprovalTypes
    approval_user: Key | None = None
    user_role: Key | None = None
    role_selection_strategy: RoleSelectionStrategy | None = None
    index: int = field(default=0, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The form that `stage_info`, `pipeline_info` and `workflow_info` store."""
        values = {
            "approval_type": self.approval_type.value,
            "approval_user": self.approval_user,
            "user_role": self.user_role,
            "role_selection_strategy": self.role_selection_strategy and self.role_selection_strategy.value,
        }
        return {key: value for key, value in values.items() if value is not None}


class _Faulty(Exception):
    """Inside this module: one approval that cannot be read, and the key at fault."""

    def __init__(self, code: ErrorCode, message: str, *keys: str) -> None:
        self.code, self.message, self.keys = code, message, keys


def parse_approvals(info: Any, *, path: Path, faults: list[Fault]) -> tuple[ApprovalConfiguration, ...]:
    """Read the `approvals` list of a stored info object.

    `info` is the whole JSON object (or None); what cannot work is appended to `faults` with its path
    below `path`, and the approvals that can are returned.
    """
    if info in (None, ""):
        return ()
    if not isinstance(info, Mapping):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a JSON object."), path=path))
        return ()
    raw = info.get("approvals")
    if raw is None:
        return ()
    return parse_approval_list(raw, path=(*path, "approvals"), faults=faults)


def parse_approval_list(raw: Any, *, path: Path, faults: list[Fault]) -> tuple[ApprovalConfiguration, ...]:
    """Read a list of approval objects; the same contract as `parse_approvals`."""
    if not isinstance(raw, list | tuple):
        faults.append(Fault(code=ErrorCode.INVALID, message=_("This must be a list of approvals."), path=path))
        return ()
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(replace(_parse_one(item), index=index))
        except _Faulty as fault:
            where = (*path, str(index), *fault.keys)
            faults.append(Fault(code=fault.code, message=fault.message, path=where))
    return tuple(found)


def _parse_one(item: Any) -> ApprovalConfiguration:
    if not isinstance(item, Mapping):
        raise _Faulty(ErrorCode.INVALID, _("An approval must be a JSON object."))
    for key in sorted(set(item) - KEYS, key=str):
        raise _Faulty(ErrorCode.INVALID, _("An approval has no key “%s”.") % key, str(key))
    given = {key: value for key, value in item.items() if value is not None}
    if "approval_type" not in given:
        raise _Faulty(ErrorCode.REQUIRED, _("An approval must say who decides it."), "approval_type")
    return _READERS[_choice(ApprovalTypes, given, "approval_type")](given)


def _choice(choices: Any, given: Mapping[str, Any], key: str) -> Any:
    value = given[key]
    if not isinstance(value, str) or value not in choices.values:
        allowed = ", ".join(choices.values)
        raise _Faulty(
            ErrorCode.INVALID, _("“%(value)s” is none of: %(allowed)s.") % {"value": value, "allowed": allowed}, key
        )
    return choices(value)


def _key(given: Mapping[str, Any], name: str, message: str) -> Key:
    value = given.get(name)
    if value is None or value == "":
        raise _Faulty(ErrorCode.REQUIRED, message, name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _Faulty(ErrorCode.INVALID, _("This must be a primary key."), name)
    return value


def _refuse(given: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if name in given:
            raise _Faulty(ErrorCode.INVALID, _("An approval of this type takes no “%s”.") % name, name)


def _read_user(given: Mapping[str, Any]) -> ApprovalConfiguration:
    _refuse(given, "user_role", "role_selection_strategy")
    user = _key(given, "approval_user", _("An approval by a user must name the user."))
    return ApprovalConfiguration(approval_type=ApprovalTypes.USER, approval_user=user)


def _read_role(given: Mapping[str, Any]) -> ApprovalConfiguration:
    _refuse(given, "approval_user")
    role = _key(given, "user_role", _("An approval by a role must name the role."))
    strategy = RoleSelectionStrategy.ANYONE
    if "role_selection_strategy" in given:
        strategy = _choice(RoleSelectionStrategy, given, "role_selection_strategy")
    return ApprovalConfiguration(approval_type=ApprovalTypes.ROLE, user_role=role, role_selection_strategy=strategy)


def _read_self(given: Mapping[str, Any]) -> ApprovalConfiguration:
    _refuse(given, "approval_user", "user_role", "role_selection_strategy")
    return ApprovalConfiguration(approval_type=ApprovalTypes.SELF)


_READERS: Final[Mapping[ApprovalTypes, Callable[[Mapping[str, Any]], ApprovalConfiguration]]] = {
    ApprovalTypes.USER: _read_user,
    ApprovalTypes.ROLE: _read_role,
    ApprovalTypes.SELF: _read_self,
}
