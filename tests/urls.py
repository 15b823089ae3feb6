"""The API and the admin as a project mounts them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("graphql/", include("gql_workflows.urls")), path("admin/", admin.site.urls)]
