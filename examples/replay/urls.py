"""The API's address."""

from django.urls import include, path

urlpatterns = [path("graphql", include("gql_workflows.urls"))]
