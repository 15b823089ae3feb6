"""The Content-Security-Policy of the GraphiQL page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from gql_workflows.graphiql.assets import Assets


def page_policy(request: HttpRequest, assets: Assets, nonce: str) -> str:
    """Scripts and styles from where the static files are, requests to this host alone, nothing inline.

    The nonce is for one style element, which the library of the dialogs writes to stop the page from scrolling.
    """
    host = request.get_host()
    websockets = f"{'wss' if request.is_secure() else 'ws'}://{host}"  # 'self' leaves them out in older browsers
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_source(assets.script)}",
            f"style-src {_source(assets.style)} 'nonce-{nonce}'",
            f"connect-src 'self' {websockets}",
            "font-src data:",  # the fonts are in the style sheet
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _source(address: str) -> str:
    """The policy's word for where a file comes from: static files may be on a host of their own."""
    parts = urlsplit(address)
    return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else "'self'"
