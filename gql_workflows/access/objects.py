"""What a user may do with the project's own objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Model

from django_workflow_engine.access.owners import owned_among, people_of
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.objects import model_of
from django_workflow_engine.models.querysets import is_of
from django_workflow_engine.people import has_permission
from django_workflow_engine.transitions import ENDED
from gql_workflows.access.runs import RunAccess


class ObjectAccess(RunAccess):
    """Objects that workflows are attached to: who may know of one, act on it, and run it on a template itself."""

    def sees_target(self, user: Any, target: Model) -> bool:
        """Whether the user may know of this object: who may act on or view it, and who sees its run."""
        if self.may_act_on(user, target) or has_permission(
            user, f"{target._meta.app_label}.view_{target._meta.model_name}"
        ):
            return True
        return self.attachments(user).filter(is_of(target)).exists()

    def owns(self, user: Any, target: Model) -> bool:
        """Whether the object is the user's own: it was created by the user, or one of OWNER_FIELDS names the user."""
        return user.pk in people_of(target)

    def may_act_on(self, user: Any, target: Model) -> bool:
        """Whether the user may attach and start workflows on this object: its change permission, or being its own."""
        if self.owns(user, target):
            return True
        return has_permission(user, f"{target._meta.app_label}.change_{target._meta.model_name}")

    def may_run_on_template(self, user: Any, template: WorkFlow, target: Model) -> bool:
        """Whether the user may run an object on the template itself, whose edits then reach the run.

        It takes the right to change the template; and nobody rewrites what others are to decide on one's own object.
        """
        return self.may_change_template(user, template.company_id) and not self.owns(user, target)

    def runs_on(self, user: Any, template: WorkFlow) -> bool:
        """Whether an object of the user's own is on a run, not ended, that uses the template itself."""
        return template.pk in _run_on_by(user, [template])

    def run_on_by(self, user: Any, templates: Collection[WorkFlow]) -> set[Any]:
        """The primary keys of those of these templates that `runs_on` tells of: the same asked of many.

        Where that is a project's own, each of them is asked by itself.
        """
        if type(self).runs_on is not ObjectAccess.runs_on:
            return {template.pk for template in templates if self.runs_on(user, template)}
        return _run_on_by(user, templates)


def _run_on_by(user: Any, templates: Collection[WorkFlow]) -> set[Any]:
    """One statement, and one or a few for each model of which objects run on these templates themselves."""
    unfinished = (
        WorkflowAttachment.objects.filter(workflow__in=templates, tombstone=0).exclude(status__in=ENDED).order_by()
    )
    used_by: dict[int, dict[str, Any]] = defaultdict(dict)
    for content_type_id, object_id, template_id in unfinished.values_list("content_type", "object_id", "workflow"):
        used_by[content_type_id][object_id] = template_id
    found: set[Any] = set()
    for content_type_id, template_ids in used_by.items():
        model = model_of(content_type_id)
        own = set() if model is None else owned_among(user, model, template_ids.keys())
        found.update(template_ids[key] for key in own & template_ids.keys())
    return found
