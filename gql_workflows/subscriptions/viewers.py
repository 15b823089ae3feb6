"""Who a subscription speaks to: asked anew before everything that it says."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import gettext as _

from gql_workflows.authentication import authenticate
from gql_workflows.context import Context
from gql_workflows.errors import ApiError
from gql_workflows.http.refusals import Refused
from gql_workflows.subscriptions import topics


class RightLost(ApiError):
    """The caller may not see any more what the subscription tells."""

    code = "FORBIDDEN"


async def renew(context: Context) -> None:
    """Look up the viewer as of now and drop what was loaded; raises RightLost when the viewer is signed in no more."""
    try:
        viewer = await sync_to_async(authenticate)(context.request)
    except Refused as error:  # a token that was valid when the subscription began
        raise signed_out() from error
    if viewer is None or viewer.pk != context.user.pk:
        raise signed_out()
    context.viewer = viewer
    context.forget()


def signed_out() -> RightLost:
    """The end of a subscription whose caller is signed in no more."""
    return RightLost(_("You are not signed in any more."))


def session_topics(context: Context) -> list[str]:
    """The topic of the session that the caller is signed in by; none for a caller without one."""
    key = context.request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return [topics.session(key)] if key else []
