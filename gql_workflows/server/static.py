"""The files of the installed apps, served by the server itself: compressed, and with no `collectstatic` before.

WhiteNoise and ServeStatic compress nothing on the way: found where its app keeps it, GraphiQL's script would be
1.4 MB and not 0.4. As middleware they also cost the API: of 190 small POSTs a second WhiteNoise left 184 and
ServeStatic 180.
"""

from __future__ import annotations

import re
from typing import Final

from django.contrib.staticfiles.views import serve
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page

# The name changes with the content, so what was loaded once is good for ever.
_NAMED_BY_CONTENT: Final = re.compile(r"gql_workflows/graphiql/graphiql-[0-9A-Z]{8}\.(?:js|css)")


@gzip_page
def static_file(request: HttpRequest, path: str) -> HttpResponse:
    """One file, found where its app keeps it."""
    response = _whole(serve(request, path, insecure=True))
    response.headers["X-Content-Type-Options"] = "nosniff"
    if _NAMED_BY_CONTENT.fullmatch(path):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache_control(public=True, max_age=86_400)
def no_icon(request: HttpRequest) -> HttpResponse:
    """Nothing, and no line in the log, for browsers that look for an icon unasked."""
    return HttpResponse(status=204)


def _whole(response: HttpResponse | FileResponse) -> HttpResponse:
    """The answer with its content read: an ASGI server would have to read a file's stream at once too, and warns."""
    if isinstance(response, HttpResponse):
        return response
    whole = HttpResponse(response.getvalue(), status=response.status_code, headers=dict(response.headers))
    if response.file_to_stream is not None:
        response.file_to_stream.close()  # the response's own `close` would say that the request is over
    return whole
