"""Where the tests find Chromium, and how it is started: headless, and without any network but this machine's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gql_workflows.graphiql.assets import assets

PROGRAM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def missing() -> str | None:
    """What stands in the way of the tests, if anything does."""
    if not PROGRAM.exists():
        return f"there is no {PROGRAM} (Debian's package chromium)"
    if assets() is None:
        return "GraphiQL is not built (make install)"
    return None
