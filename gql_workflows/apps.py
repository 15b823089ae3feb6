"""The app configuration of the GraphQL API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GqlWorkflowsConfig(AppConfig):
    """The GraphQL API over the workflow engine."""

    name = "gql_workflows"
    verbose_name = _("Workflow API")
