"""The files of GraphiQL that a build has put among the package's static files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.templatetags.static import static

PLACE: Final = "gql_workflows/graphiql"
FOLDER: Final = Path(__file__).parent.parent / "static" / PLACE


@dataclass(frozen=True, kw_only=True)
class Assets:
    """The addresses of the page's script and style."""

    script: str
    style: str


def assets() -> Assets | None:
    """What there is now; None where GraphiQL was never built."""
    try:
        manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Assets(script=static(f"{PLACE}/{manifest['script']}"), style=static(f"{PLACE}/{manifest['style']}"))
