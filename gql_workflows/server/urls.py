"""The server's addresses: the API with GraphiQL, the admin, and their files, which need no other server."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from gql_workflows.endpoint import endpoint
from gql_workflows.schema import schema
from gql_workflows.server.static import no_icon, static_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="gql_workflows:graphql")),
    path("graphql/", include("gql_workflows.urls")),
    path("graphql", endpoint(schema)),  # clients leave the slash out, and a POST cannot be sent on
    path("admin/", admin.site.urls),
    path("static/<path:path>", static_file),
    path("favicon.ico", no_icon),
]
