"""graphene-django in a process of its own: graphene 3 and strawberry want different versions of graphql-core."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import connection

from benchmarks.requests.questions import Question

PYTHON: Final = Path(__file__).parents[1] / "graphene" / ".venv" / "bin" / "python"


class Theirs:
    """Asks the process; it times itself."""

    def __init__(self, process: subprocess.Popen[str], viewer: User) -> None:
        self._process, self._viewer = process, viewer

    def ask(self, question: Question) -> tuple[float, Any]:
        """Milliseconds and answer."""
        line = {"document": question.document, "variables": question.variables, "viewer": self._viewer.pk}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(line), file=self._process.stdin, flush=True)
        told = json.loads(self._process.stdout.readline())
        return told["milliseconds"], told["answer"]


@contextmanager
def theirs(viewer: User) -> Iterator[Theirs]:
    """graphene-django over the same rows."""
    command = [str(PYTHON), "-m", "benchmarks.graphene"]
    environment = {**os.environ, "BENCHMARK_DATABASE": _address()}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield Theirs(process, viewer)
        assert process.stdin is not None
        process.stdin.close()


def _address() -> str:
    place = connection.settings_dict
    return f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
