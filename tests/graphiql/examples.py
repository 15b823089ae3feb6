"""Examples of a project."""

from __future__ import annotations

from gql_workflows.graphiql.examples import Example


def hostile() -> list[Example]:
    """One that would end the page's script, if it were written as it is."""
    return [Example(title="</script>", query="# <b>&</script>")]
