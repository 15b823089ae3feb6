"""Approvals JSON as callers are shown it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from django_workflow_engine.definitions.approvals import ApprovalConfiguration, parse_approvals
from django_workflow_engine.definitions.bounds import DEFAULT_COLOR

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What one info object says."""

    color: str
    approvals: tuple[Json, ...]

    def as_dict(self) -> Json:
        """The keys that the place with these approvals shows, in dicts of the caller's own."""
        return {
            "approvals_count": len(self.approvals),
            "has_approvals": bool(self.approvals),
            "approval_configuration": {"approvals": [dict(approval) for approval in self.approvals]},
        }


class Configurations:
    """Reads info objects from their JSON text, for one call; a text that many places share is read once."""

    def __init__(self) -> None:
        self._known: dict[str | None, Configuration] = {}

    def read(self, text: str | None) -> Configuration:
        """The configuration that the text holds; what cannot work in it is left out."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = _configuration(json.loads(text) if text else None)
        return found


def text_of(field: str) -> Cast:
    """The column of a JSON field as text, for `Configurations.read`."""
    return Cast(field, TextField())


def describe(approval: ApprovalConfiguration) -> Json:
    """One approval: its stored keys, the type in upper case, and both in words of the active language."""
    shown = approval.as_json() | {
        "approval_type": approval.approval_type.name,
        "approval_type_display": approval.type_label,
    }
    if approval.role_selection_strategy is not None:
        shown["strategy_display"] = str(approval.role_selection_strategy.label)
    return shown


def _configuration(info: Any) -> Configuration:
    color = info.get("color") if isinstance(info, dict) else None
    approvals = parse_approvals(info, path=(), faults=[])
    return Configuration(color=str(color or DEFAULT_COLOR), approvals=tuple(map(describe, approvals)))
