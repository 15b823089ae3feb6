"""The endpoint, to be included where a project wants it."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from gql_workflows.schema import schema
from gql_workflows.views import GraphQLView

app_name = "gql_workflows"
urlpatterns = [
    # exempt from the token: the view takes JSON alone and refuses foreign origins
    path("", csrf_exempt(GraphQLView.as_view(schema=schema, graphql_ide=None)), name="graphql"),
]
