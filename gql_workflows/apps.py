"""The app configuration of the GraphQL API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GqlWorkflowsConfig(AppConfig):
    """The GraphQL API over the workflow engine."""

    name = "gql_workflows"
    verbose_name = _("Workflow API")
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's own keys are

    def ready(self) -> None:
        """Register the checks, and pass on what the engine announces."""
        from gql_workflows import checks  # noqa: F401, PLC0415 - registered by being imported
        from gql_workflows.limits import checks as limit_checks  # noqa: F401, PLC0415
        from gql_workflows.subscriptions import checks as subscription_checks  # noqa: F401, PLC0415
        from gql_workflows.subscriptions import publisher  # noqa: F401, PLC0415 - models are ready only now
