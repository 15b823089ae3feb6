"""The API alone, for worlds without an admin."""

from django.urls import include, path

urlpatterns = [path("graphql/", include("gql_workflows.urls"))]
