"""The app configuration, and the wiring that makes approvals advance workflows."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import registry
from django_workflow_engine.conf import DISCOVERY_FUNCTION, DISCOVERY_SETTING


class DjangoWorkflowEngineConfig(AppConfig):
    """Approval workflows for the rows of any Django model."""

    name = "django_workflow_engine"
    verbose_name = _("Workflows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks and, where the project names no discovery function of its own, ours.

        The approval package uses a handler from APPROVAL_HANDLERS only if its class is named after the
        model, so the setting that the reference shows would never advance anything by itself. Then find the
        functions that may run as actions, and import the modules in which apps register approver types.

        A user model without a `username` is given one to read, which the approval package needs.
        """
        from django_workflow_engine import checks, handlers  # noqa: F401, PLC0415 - models are ready only now
        from django_workflow_engine.approvals.usernames import lend_usernames  # noqa: PLC0415

        lend_usernames()
        registry.discover()
        autodiscover_modules("workflow_approvers")
        if not getattr(settings, DISCOVERY_SETTING, None):
            setattr(settings, DISCOVERY_SETTING, DISCOVERY_FUNCTION)
