"""Arguments that many fields share, described once."""

from typing import Annotated

import strawberry

First = Annotated[
    int | None, strawberry.argument(description="How many rows from the front, 1 to 100; 20 when left out.")
]
After = Annotated[str | None, strawberry.argument(description="Only rows behind this cursor (an endCursor).")]
Last = Annotated[int | None, strawberry.argument(description="How many rows from the back, 1 to 100; not with first.")]
Before = Annotated[str | None, strawberry.argument(description="Only rows in front of this cursor (a startCursor).")]
NodeId = Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
