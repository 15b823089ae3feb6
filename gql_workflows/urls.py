"""The endpoint, to be included where a project wants it."""

from django.urls import path

from gql_workflows.endpoint import endpoint
from gql_workflows.schema import schema

app_name = "gql_workflows"
urlpatterns = [path("", endpoint(schema), name="graphql")]
