"""The image of the Dockerfile without an engine for images: its steps as plain commands, a folder standing for /app."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.containers.files import ROOT, Instruction, instructions, tracked

_SECONDS: Final = 240
_WITHOUT: Final = ("PIP_NO_CACHE_DIR",)  # the tests may use what was downloaded before
_OUTSIDE: Final = (
    "HOME",
    "PIP_CONFIG_FILE",
    "PIP_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "SSL_CERT_FILE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)


class Image:
    """What the last stage holds, and the variables that it sets."""

    def __init__(self, folder: Path) -> None:
        self.context, self.app, self.stages = folder / "context", folder / "app", folder / "stages"
        self.variables: dict[str, str] = {}
        self.stage = ""
        for path in tracked():
            (self.context / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, self.context / path, follow_symlinks=False)

    def build(self) -> None:
        """Every step in order; the first that fails ends it with what it said."""
        steps = {"FROM": self._from, "ENV": self._env, "RUN": self._run, "COPY": self._copy}
        for instruction in instructions():
            if instruction.word in steps:
                steps[instruction.word](instruction)

    def environment(self, **own: str) -> dict[str, str]:
        """That of a process in the image; the machine gives nothing but the way to packages, and a Python."""
        outside = {name: os.environ[name] for name in _OUTSIDE if name in os.environ}
        return outside | {"PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"} | self.variables | own

    def start(self, command: list[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """A process of the image, found on its PATH, that says everything to a file."""
        program = shutil.which(command[0], path=environment["PATH"])
        assert str(program).startswith(str(self.app)), command
        with log.open("wb") as file:
            return subprocess.Popen(
                [str(program), *command[1:]], cwd=self.app, env=environment, stdout=file, stderr=file
            )

    def _from(self, instruction: Instruction) -> None:
        """The folder of the stage before is kept under its name: both stages work at the same place."""
        if self.app.exists():
            self.stages.mkdir()
            self.app.rename(self.stages / self.stage)
        self.app.mkdir()
        self.stage, self.variables = instruction.text.partition(" AS ")[2], {}

    def _env(self, instruction: Instruction) -> None:
        for pair in instruction.text.split():
            name, _equals, value = pair.partition("=")
            if name not in _WITHOUT:
                self.variables[name] = self._here(value).replace("$PATH", self.environment()["PATH"])

    def _run(self, instruction: Instruction) -> None:
        done = subprocess.run(
            ["sh", "-ec", self._here(instruction.text)],
            cwd=self.app,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        assert done.returncode == 0, f"RUN {instruction.text}\n{done.stdout}{done.stderr}"

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = instruction.text.split()
        for source in sources:
            stage = instruction.flags.get("from")
            path = self.stages / stage / source.removeprefix("/app/") if stage else self.context / source
            place = self.app / target / path.name if target.endswith("/") else self.app / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, place, symlinks=True)
            else:
                shutil.copy(path, place)

    def _here(self, text: str) -> str:
        return text.replace("/app", str(self.app))
