"""What the server needs beside the API: the packages of the extra `server`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

MODULES: Final = (
    "axes",
    "channels",
    "channels_redis",
    "corsheaders",
    "environ",
    "psycopg",
    "redis",
    "uvicorn",
    "websockets",
)


def require_extra() -> None:
    """End the process with one line where a package of the extra is missing."""
    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        sys.exit(f'The server needs {", ".join(missing)}, of an extra: pip install "gql-workflows[server]"')
