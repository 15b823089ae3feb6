"""The channel layer: the one place that knows whether `channels` is installed.

A project names its layer in CHANNEL_LAYERS, as the documentation of `channels` says. Without that, news stays in
the memory of the process.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gql_workflows.errors import ApiError

try:
    from channels.layers import InMemoryChannelLayer, get_channel_layer
except ImportError:  # the extra `subscriptions` is not installed: everything else works without it
    _in_memory = None
else:
    _in_memory = InMemoryChannelLayer()


def layer() -> Any | None:
    """The project's layer, else the one in memory; None where `channels` is not installed."""
    return None if _in_memory is None else get_channel_layer() or _in_memory


def required_layer() -> Any:
    """The layer; raises ApiError where `channels` is not installed."""
    found = layer()
    if found is None:
        raise ApiError(_("This server has no subscriptions."))
    return found
