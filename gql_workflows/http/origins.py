"""Which page a browser sends a request from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def is_foreign(request: HttpRequest) -> bool:
    """Whether a browser says that the request comes from a page of another site that was not let in.

    Programs that are no browsers send no Origin, and carry no cookie that they were not given.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    allowed = {*getattr(settings, "CORS_ALLOWED_ORIGINS", ()), *settings.CSRF_TRUSTED_ORIGINS}
    return origin not in allowed and origin != f"{request.scheme}://{request.get_host()}"
