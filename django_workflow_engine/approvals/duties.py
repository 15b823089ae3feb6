"""Who must not decide, whoever is asked: one function judges, and every door asks it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.choices import DutyRule
from django_workflow_engine.strategies import Position


class Bar(enum.Enum):
    """Why somebody must not decide: what FORBID_SELF_APPROVAL says of the whole project, or a rule of the workflow."""

    SELF_APPROVAL = "FORBID_SELF_APPROVAL"
    REQUESTER_NEVER_DECIDES = DutyRule.REQUESTER_NEVER_DECIDES
    DISTINCT_APPROVERS = DutyRule.DISTINCT_APPROVERS

    @property
    def because(self) -> str:
        """Why whoever it bars is not asked, as a clause for people."""
        if self is Bar.DISTINCT_APPROVERS:
            return _("whoever it asks has decided at another position of this run")
        return _("whoever it asks has created or started this")

    @property
    def refusal(self) -> str:
        """The sentence for whoever it bars."""
        if self is Bar.DISTINCT_APPROVERS:
            return _("You have decided at another position of this run; somebody else has to decide here.")
        return _("You created or started this; somebody else has to decide.")

    @property
    def refusal_of(self) -> str:
        """The sentence for who names somebody whom it bars, with a place for that name."""
        if self is Bar.DISTINCT_APPROVERS:
            return _("%s has decided at another position of this run; somebody else has to decide here.")
        return _("%s created or started this; somebody else has to decide.")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Somebody's decision in a run, and the ids of the position where it was taken."""

    user_id: Any
    pipeline_id: int | None
    stage_id: int | None


@dataclass(frozen=True, kw_only=True)
class Duties:
    """What the rules look at in one run; each is called only where a rule asks.

    `own` gives the primary keys of everybody whose object or run it is, `deeds` what has been decided in the run.
    """

    own: Callable[[], Iterable[Any]]
    deeds: Callable[[], Iterable[Deed]]

    def barred_at(self, position: Position) -> Mapping[Any, Bar]:
        """Who must not decide at this position, by primary key, and why.

        A SELF approval, which asks that very person, bars nobody: whoever asks knows the approval.
        """
        rules, barred = position.workflow.duty_rules, dict[Any, Bar]()
        if DutyRule.DISTINCT_APPROVERS in rules:
            barred |= dict.fromkeys(_deciders_elsewhere(self.deeds(), position), Bar.DISTINCT_APPROVERS)
        if conf.self_approval_forbidden():
            barred |= dict.fromkeys(self.own(), Bar.SELF_APPROVAL)
        elif DutyRule.REQUESTER_NEVER_DECIDES in rules:
            barred |= dict.fromkeys(self.own(), Bar.REQUESTER_NEVER_DECIDES)
        return barred


def _deciders_elsewhere(deeds: Iterable[Deed], position: Position) -> set[Any]:
    here = (position.pipeline_id, position.stage_id)
    return {deed.user_id for deed in deeds if (deed.pipeline_id, deed.stage_id) != here}
