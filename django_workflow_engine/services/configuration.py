"""Which models take workflows."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import ModelNotEnabled
from django_workflow_engine.models import WorkflowConfiguration


def ensure_enabled(model: type[Model]) -> None:
    """Raise ModelNotEnabled unless the settings and the model's own configuration let it take workflows."""
    listed = conf.enabled_models()
    if listed and model._meta.label.lower() not in listed:
        raise ModelNotEnabled(_("%s takes no workflows.") % model._meta.label, model=model)
    content_type = ContentType.objects.get_for_model(model)
    configuration = WorkflowConfiguration.objects.filter(content_type=content_type).first()
    if configuration is not None and not configuration.is_enabled:
        raise ModelNotEnabled(_("Workflows are switched off for %s.") % model._meta.label, model=model)
