"""What the engine tells a project, each time after the commit; what a receiver raises is logged and reaches nobody."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal


@dataclass(frozen=True, kw_only=True)
class Change:
    """An attachment's primary key, and those of the users for whom more or fewer steps may wait now."""

    attachment_id: Any
    user_ids: Collection[Any]


# An attachment was made, changed or deleted. The sender is WorkflowAttachment; `attachment_id` and `user_ids` are those
# of a Change.
attachment_changed = Signal()

# The same, once for everything that was changed together: `changes` are all the Changes of one transaction's verb. For
# whoever has a way to tell many things at once.
attachments_changed = Signal()
