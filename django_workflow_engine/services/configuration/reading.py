"""Which models take workflows, which workflows they take, and how they are configured."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import ModelNotEnabled
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.models.attachable import may_be_enabled
from django_workflow_engine.models.databases import check_is_here
from django_workflow_engine.models.exact import Exactly, is_one_of
from django_workflow_engine.services.configuration import registration


class WorkflowNotAllowed(ModelNotEnabled):
    """The model takes workflows, but not this one; `model` and `workflow` name them."""


def configuration_of(model: type[Model]) -> WorkflowConfiguration | None:
    """The model's own configuration, or None; one statement."""
    registration.apply_remembered()
    content_type = ContentType.objects.get_for_model(model)
    return WorkflowConfiguration.objects.filter(content_type=content_type).first()


def is_enabled(model: type[Model], *, named: bool = False) -> bool:
    """Whether the settings and the model's configuration let it take workflows; at most one statement.

    Where ENABLED_MODELS is empty every model may; with `named`, only one that has a configuration.
    """
    if not may_be_enabled(model):
        return False
    configuration = configuration_of(model)
    if configuration is not None:
        return configuration.is_enabled
    return conf.is_listed(model) or not named


def ensure_enabled(model: type[Model]) -> WorkflowConfiguration:
    """The model's configuration, one with nothing set where there is none.

    Raises ModelNotEnabled unless the settings, that configuration and the model's database let it take workflows.
    """
    path = ("target",)
    check_is_here(model)
    if not may_be_enabled(model):
        raise ModelNotEnabled(_("%s takes no workflows.") % model._meta.label, path=path, model=model)
    configuration = configuration_of(model)
    if configuration is not None and not configuration.is_enabled:
        raise ModelNotEnabled(_("Workflows are switched off for %s.") % model._meta.label, path=path, model=model)
    return configuration or WorkflowConfiguration(content_type=ContentType.objects.get_for_model(model))


def ensure_workflow_allowed(model: type[Model], template: WorkFlow) -> None:
    """Raise WorkflowNotAllowed unless MODEL_WORKFLOW_MAPPINGS lets the model take this template; no statement."""
    slugs = conf.said_of(model, conf.workflow_mappings())
    if slugs is not None and not any(answers_to(template.name_en, slug) for slug in slugs):
        facts = {"model": model._meta.label, "workflow": isolated(template)}
        message = _("%(model)s does not take the workflow “%(workflow)s”.") % facts
        raise WorkflowNotAllowed(message, path=("workflow_id",), model=model, workflow=template)


def available_workflows(model: type[Model], queryset: QuerySet[WorkFlow]) -> QuerySet[WorkFlow]:
    """The workflows of the queryset that the model takes; one statement more where the model is mapped."""
    slugs = conf.said_of(model, conf.workflow_mappings())
    return queryset if slugs is None else called(queryset, *slugs)


def called(queryset: QuerySet[WorkFlow], *slugs: str) -> QuerySet[WorkFlow]:
    """The workflows of the queryset that answer to one of these slugs."""
    names = queryset.order_by().annotate(_name=Exactly("name_en")).values_list("_name", flat=True).distinct()
    fitting = [name for name in names if any(answers_to(name, slug) for slug in slugs)]
    return queryset.filter(is_one_of("name_en", fitting))


def answers_to(name: str, slug: str) -> bool:
    """Whether a slug in the settings means the workflow of this name: its slug, with `_` or `-`, or the name itself."""
    slugs = {slugify(name, allow_unicode=unicode).replace("_", "-") for unicode in (False, True)} - {""}
    return slug == name or slug.replace("_", "-") in slugs
