"""The API as a project mounts it."""

from django.urls import include, path

urlpatterns = [path("graphql/", include("gql_workflows.urls"))]
