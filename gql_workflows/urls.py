"""The endpoint, to be included where a project wants it: `path("graphql", include("gql_workflows.urls"))`.

Mounted so, without a slash, it answers with and without one: a POST cannot be sent on to another address.
"""

from django.urls import re_path

from gql_workflows.endpoint import endpoint
from gql_workflows.schema import schema

app_name = "gql_workflows"
# in a group of its own: a pattern that begins with a slash is one that Django warns of
urlpatterns = [re_path(r"^(?:/)?$", endpoint(schema), name="graphql")]
