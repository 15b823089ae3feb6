"""WorkFlow > Pipeline > Stage: what people edit, and the frozen versions that runs use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.declared import words_of
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.i18n import in_own_language
from django_workflow_engine.models import rows, validation, verbs
from django_workflow_engine.models.actions import WorkflowAction
from django_workflow_engine.models.identity import Identified, IdentifiedQuerySet
from django_workflow_engine.models.json_objects import JSONObjectField
from django_workflow_engine.models.ownership import leave_to_administrators
from django_workflow_engine.models.querysets import WorkFlowQuerySet
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import atomic


class Stored(NamedTuple):
    """What a workflow's row said when it was last read or written: a tuple, since each row of a page has one."""

    status: str
    is_active: bool
    strategy: int
    company_id: Any


class WorkFlow(Identified):
    """A workflow: a template that people edit, or (`is_hidden`) a frozen version of one."""

    company = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=leave_to_administrators,
        related_name="workflow_company",
        **words_of(WorkflowSpec, "company_id"),
    )
    company_deleted = models.BooleanField(
        _("company was deleted"),
        default=False,
        help_text=_("Without a company, it is left to administrators and not everybody's."),
    )
    name_en = models.CharField(max_length=255, **words_of(WorkflowSpec, "name_en"))
    name_ar = models.CharField(max_length=255, blank=True, default="", **words_of(WorkflowSpec, "name_ar"))
    description = models.TextField(blank=True, default="", **words_of(WorkflowSpec, "description"))
    strategy = models.PositiveSmallIntegerField(
        choices=WorkflowStrategy.choices,
        default=WorkflowStrategy.WORKFLOW_PIPELINE_STAGE,
        **words_of(WorkflowSpec, "strategy"),
    )
    status = models.CharField(
        max_length=20, choices=WorkflowStatus.choices, default=WorkflowStatus.ACTIVE, **words_of(WorkflowSpec, "status")
    )
    is_active = models.BooleanField(_("active"), default=True)
    workflow_info = JSONObjectField(
        _("configuration"), blank=True, default=dict, help_text=_('JSON with "approvals" (strategy 3).')
    )
    is_hidden = models.BooleanField(_("frozen version"), default=False, editable=False)
    cloned_from = models.ForeignKey(
        "self",
        verbose_name=_("template"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,  # workflow_version_idx begins with it
    )
    fingerprint = models.CharField(
        _("fingerprint of the content"), max_length=64, blank=True, default="", editable=False
    )
    version_key = models.UUIDField(_("key of the frozen version"), null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_created",
    )
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("modified by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_modified",
    )

    stored: Stored | None = None

    objects = WorkFlowQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="workflow_newest_idx"),
            models.Index(fields=["cloned_from", "fingerprint"], name="workflow_version_idx"),
        ]
        constraints = [
            *Identified.Meta.constraints,  # of a frozen version it says that there is one for each content, too
            models.CheckConstraint(
                condition=models.Q(strategy__in=WorkflowStrategy.values), name="workflow_strategy_valid"
            ),
            models.CheckConstraint(condition=models.Q(status__in=WorkflowStatus.values), name="workflow_status_valid"),
            models.CheckConstraint(
                condition=models.Q(status=WorkflowStatus.ACTIVE, is_active=True)
                | (~models.Q(status=WorkflowStatus.ACTIVE) & models.Q(is_active=False)),
                name="workflow_active_by_status",
            ),
        ]

    def __str__(self) -> str:
        return in_own_language(self.name_en, self.name_ar)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; raises ValidationError for a frozen version or approvals that cannot work."""
        validation.check_workflow(self)
        named = kwargs.get("update_fields")
        if named is not None and {"status", "is_active"} & set(named):
            kwargs["update_fields"] = {*named, "status", "is_active"}
        moved = self.stored is not None and self.stored.company_id != self.company_id and not self.is_hidden
        if not moved:
            super().save(*args, **kwargs)
        else:
            with atomic():
                super().save(*args, **kwargs)
                verbs.call("follow_company", [self.pk])
        self.remember()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a template; raises ValidationError for a frozen version, ProtectedError for one in use."""
        validation.check_not_frozen(self)
        validation.check_row_not_frozen(self, "is_hidden")
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> WorkFlow:
        """Remember what the row says, so that `save()` knows what was changed; Django 6.1 gives a `fetch_mode`."""
        instance = super().from_db(db, field_names, values, **options)
        instance.remember()
        return instance

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, and remember what it says now."""
        super().refresh_from_db(*args, **kwargs)
        self.remember()

    def remember(self) -> None:
        """Keep what the row says, as far as it was read."""
        read = self.__dict__
        if all(name in read for name in Stored._fields):
            self.stored = Stored._make(read[name] for name in Stored._fields)

    def validate_completeness(self) -> tuple[bool, str]:
        """Whether a run has all that it needs, and the first thing that is missing as a sentence."""
        return strategy_for(self.strategy).completeness(self.tree())

    def clone(self, **options: Any) -> WorkFlow:
        """A copy of the template that is edited on its own: `services.clone_workflow` with its options."""
        copied: WorkFlow = verbs.call("clone_workflow", id=self.pk, **options)
        return copied

    def update_active_status(self) -> bool:
        """Make the status follow the completeness: `services.update_active_status`."""
        return bool(verbs.call("update_active_status", self))

    def tree(self) -> WorkflowTree:
        """The workflow's content as plain values, read now in three statements; raises DoesNotExist when it is gone."""
        found = load_trees([self.pk])
        if self.pk not in found:
            raise WorkFlow.DoesNotExist
        return found[self.pk]


class Pipeline(Identified):
    """A department or phase of a workflow."""

    workflow = models.ForeignKey(
        WorkFlow,
        verbose_name=_("workflow"),
        on_delete=models.CASCADE,
        related_name="pipelines",
        db_index=False,  # pipeline_order_once begins with it
    )
    name_en = models.CharField(max_length=255, **words_of(PipelineSpec, "name_en"))
    name_ar = models.CharField(max_length=255, blank=True, default="", **words_of(PipelineSpec, "name_ar"))
    order = models.PositiveIntegerField(blank=True, **words_of(PipelineSpec, "order"))
    department_content_type = models.ForeignKey(
        ContentType,
        verbose_name=_("department's model"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    department_id = models.CharField(max_length=255, null=True, blank=True, **words_of(PipelineSpec, "department_id"))  # noqa: DJ001 - the generic key reads null as "none"
    department = GenericForeignKey("department_content_type", "department_id")
    origin_id = models.BigIntegerField(
        _("template's pipeline"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of a frozen version: the key of the pipeline that this one was copied from."),
    )
    pipeline_info = JSONObjectField(
        _("configuration"), blank=True, default=dict, help_text=_('JSON with "approvals" (strategy 2).')
    )
    is_hidden = models.BooleanField(_("frozen version"), default=False, editable=False)

    objects = IdentifiedQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ["workflow_id", "order"]
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(fields=["workflow", "order"], name="pipeline_order_once"),
        ]

    def __str__(self) -> str:
        return in_own_language(self.name_en, self.name_ar)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, last in order unless told; raises ValidationError where the strategy forbids it."""
        validation.check_pipeline(self)
        if self.order is None:
            self.order = validation.next_order(Pipeline.objects.filter(workflow=self.workflow_id))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the pipeline of a template; raises ValidationError for a frozen version's."""
        validation.check_row_not_frozen(self, "workflow__is_hidden")
        return super().delete(*args, **kwargs)

    @property
    def department_name(self) -> str | None:
        """The department in words, or None."""
        return None if self.department is None else str(self.department)


class Stage(Identified):
    """One approval stage of a pipeline."""

    pipeline = models.ForeignKey(
        Pipeline,
        verbose_name=_("pipeline"),
        on_delete=models.CASCADE,
        related_name="stages",
        db_index=False,  # stage_order_once begins with it
    )
    name_en = models.CharField(max_length=255, **words_of(StageSpec, "name_en"))
    name_ar = models.CharField(max_length=255, blank=True, default="", **words_of(StageSpec, "name_ar"))
    order = models.PositiveIntegerField(blank=True, **words_of(StageSpec, "order"))
    origin_id = models.BigIntegerField(
        _("template's stage"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of a frozen version: the key of the stage that this one was copied from."),
    )
    stage_info = JSONObjectField(
        _("configuration"), blank=True, default=dict, help_text=_('JSON with "approvals" and "color" (strategy 1).')
    )
    form_info = JSONObjectField(blank=True, default=dict, **words_of(StageSpec, "form_info"))
    is_active = models.BooleanField(default=True, **words_of(StageSpec, "is_active"))
    is_hidden = models.BooleanField(_("frozen version"), default=False, editable=False)

    objects = IdentifiedQuerySet.as_manager()

    class Meta(Identified.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["pipeline_id", "order"]
        constraints = [
            *Identified.Meta.constraints,
            models.UniqueConstraint(fields=["pipeline", "order"], name="stage_order_once"),
        ]

    def __str__(self) -> str:
        return in_own_language(self.name_en, self.name_ar)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, last in order unless told; raises ValidationError where the strategy forbids it."""
        validation.check_stage(self)
        if self.order is None:
            self.order = validation.next_order(Stage.objects.filter(pipeline=self.pipeline_id))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the stage of a template; raises ValidationError for a frozen version's."""
        validation.check_row_not_frozen(self, "pipeline__workflow__is_hidden")
        return super().delete(*args, **kwargs)


def load_trees(workflow_ids: Collection[int]) -> dict[int, WorkflowTree]:
    """The content of these workflows by id, in three statements for any number and size."""
    found = WorkFlow.objects.filter(pk__in=workflow_ids).order_by("pk")
    return _assembled(found.values(*rows.WORKFLOW), workflow_ids)


def load_trees_of(workflows: Collection[WorkFlow], *, actions: bool = True) -> dict[int, WorkflowTree]:
    """The content of workflows whose own rows were just read, by id, in two statements; in one without actions."""
    if not workflows:
        return {}
    known = [{name: getattr(row, name) for name in rows.WORKFLOW} for row in workflows]
    return _assembled(known, [row.pk for row in workflows], actions=actions)


def _assembled(
    workflows: Iterable[dict[str, Any]], workflow_ids: Collection[int], *, actions: bool = True
) -> dict[int, WorkflowTree]:
    return rows.assemble(
        workflows=workflows,
        workflow_ids=workflow_ids,
        pipelines=Pipeline,
        actions=_actions_in(workflow_ids) if actions else None,
    )


def _actions_in(workflow_ids: Collection[int]) -> models.QuerySet[WorkflowAction]:
    """The actions of all parts of these workflows: each kind of owner is found by its index.

    One condition over the three, with OR, would have the database go through the actions of all templates.
    """
    owners = ("workflow", "pipeline__workflow", "stage__pipeline__workflow")
    own, *others = (WorkflowAction.objects.order_by().filter(**{f"{owner}__in": workflow_ids}) for owner in owners)
    return own.union(*others, all=True).order_by("order", "id")
