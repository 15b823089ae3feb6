"""`python -m examples [typescript] [python] [--trusted]`: run example clients against a demo server of their own."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gql_workflows.demo.server import demo_server

HERE: Final = Path(__file__).parent
SECONDS: Final = 120  # what a client may take; one that waits for ever for an event differs too
COMMANDS: Final = {
    "typescript": ("node", str(HERE / "typescript" / "build" / "src" / "main.js")),
    "python": (sys.executable, str(HERE / "python" / "purchase.py")),
}
DOCUMENTS: Final = {
    "typescript": HERE / "typescript" / "generated" / "persisted-documents.json",
    "python": HERE / "python" / "operations.graphql",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything came out as expected in every client."""
    parser = argparse.ArgumentParser(prog="python -m examples", description=__doc__)
    parser.add_argument("clients", nargs="+", choices=COMMANDS)
    parser.add_argument("--trusted", action="store_true", help="limit the server to the clients' own documents")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="workflow-examples-") as folder:
        if options.trusted:
            os.environ["TRUSTED_DOCUMENTS"] = str(manifest(options.clients, Path(folder) / "manifest.json"))
        flags = ["--trusted"] if options.trusted else []
        return int(any(run(options.clients, Path(folder) / "seed.json", flags)))


def run(clients: Sequence[str], seed: Path, flags: Sequence[str]) -> list[int]:
    """The exit statuses of the clients, run against one fresh server."""
    with demo_server() as server:
        seed.write_text(json.dumps(server.seed), "utf-8")
        commands = [[*COMMANDS[client], server.url, str(seed), *flags] for client in clients]
        return [subprocess.run(command, check=False, timeout=SECONDS).returncode for command in commands]


def manifest(clients: Sequence[str], path: Path) -> Path:
    """One manifest of the documents of all clients."""
    sources = [str(DOCUMENTS[client]) for client in clients]
    command = [sys.executable, "manage.py", "trusted_documents", *sources, "--output", str(path)]
    subprocess.run(command, check=True, cwd=HERE.parent)
    return path


if __name__ == "__main__":
    sys.exit(main())
