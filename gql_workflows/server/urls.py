"""The server's one address."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("graphql/", include("gql_workflows.urls"))]
