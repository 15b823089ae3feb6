"""One door for every object that has a global id, with the same rules as all the others."""

from __future__ import annotations

from typing import Annotated

import strawberry
from django.utils.translation import gettext as _
from strawberry import relay

from gql_workflows import conf
from gql_workflows.context import Info
from gql_workflows.errors import BadUserInput
from gql_workflows.nodes.own_types import nodes_of
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments

NodeIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="The global ids, of one type or several; at most 100.")
]


@query(Rule.SIGNED_IN, description="The object with this global id; null where there is none or you may not see it.")
def node(info: Info, id: arguments.NodeId) -> relay.Node | None:
    """Any object by its global id."""
    (found,) = nodes_of(info, [id])
    return found


@query(
    Rule.SIGNED_IN,
    description="The objects with these global ids, in the order of the ids; null where there is none or you may not "
    "see it.",
)
def nodes(info: Info, ids: NodeIds) -> list[relay.Node | None]:
    """Many objects at once."""
    if len(ids) > conf.MAX_PAGE_SIZE:
        raise BadUserInput(_("At most %d ids are allowed.") % conf.MAX_PAGE_SIZE)
    return nodes_of(info, ids)
