"""The example in examples/python, against a live server; the one in TypeScript runs in `make clients`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from gql_workflows.demo.server import Running

CLIENT = Path(__file__).parents[2] / "examples" / "python" / "purchase.py"


def purchase(server: Running, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    seed = folder / "seed.json"
    seed.write_text(json.dumps(server.seed), "utf-8")
    command = [sys.executable, str(CLIENT), server.url, str(seed), *flags]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_a_purchase_is_followed_to_its_completion(server: Running, tmp_path: Path) -> None:
    done = purchase(server, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  told as an event: COMPLETED 100 %" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == (
        "  COMPLETED  ATTACHED → STARTED → APPROVED → STAGE_MOVED → APPROVED → COMPLETED"
    )


def test_a_wrong_password_ends_with_an_error(server: Running, tmp_path: Path) -> None:
    users = [user | {"password": "wrong"} for user in server.seed["users"]]
    done = purchase(Running(url=server.url, seed=server.seed | {"users": users}), tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("DIFFERENT: Login: [{'code': 'INVALID'")


def test_ids_of_documents_mean_nothing_to_a_server_without_a_manifest(server: Running, tmp_path: Path) -> None:
    done = purchase(server, tmp_path, "--trusted")
    assert done.returncode == 1
    assert done.stderr.startswith("DIFFERENT: Login: HTTP 400")
