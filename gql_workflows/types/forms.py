"""Forms that steps may require."""

from __future__ import annotations

from typing import cast

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from gql_workflows.dataloaders.forms import FoundForm


@strawberry.type(name="Form", description="A form that a step may require: a row of the project's form model.")
class Form(relay.Node):
    """A form; its model is the project's, so the type keeps only what clients are shown."""

    id: relay.NodeID[str]
    name: str = strawberry.field(description="The form's name.")
    schema: JSON = strawberry.field(
        description="What the form asks for, as the project stores it: often a JSON Schema, which formData must fit."
    )

    @classmethod
    def of(cls, found: FoundForm | None) -> Form | None:
        """The form as clients see it, or None."""
        if found is None:
            return None
        return cls(id=found.key, name=found.name, schema=cast(JSON, found.schema))
