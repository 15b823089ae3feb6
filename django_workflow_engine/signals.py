"""What the engine tells a project, each time after the commit."""

from django.dispatch import Signal

# An attachment was made, changed or deleted. The sender is WorkflowAttachment; `attachment_id` is its primary key,
# `user_ids` are the primary keys of the users for whom more or fewer steps may wait now. What a receiver raises is
# logged and reaches nobody.
attachment_changed = Signal()
