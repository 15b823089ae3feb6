"""The container files as their tests read them: a Dockerfile's instructions, and compose's services."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = ("migrate", "server", "worker", "beat")
_VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction: its word, its flags such as `--from=build`, and the rest of its text."""

    word: str
    flags: Mapping[str, str]
    text: str

    def command(self) -> list[str]:
        """The command of a CMD in its form of a list, also that of a HEALTHCHECK."""
        listed: list[str] = json.loads(self.text.removeprefix("CMD "))
        return listed


def instructions() -> Iterator[Instruction]:
    """Those of the Dockerfile, in order, without comments."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        if line.strip():
            word, *parts = line.split()
            flags = [part for part in parts if re.fullmatch(r"--[\w-]+=\S+", part)] if word != "RUN" else []
            text = line.removeprefix(word).strip()
            for flag in flags:
                text = text.replace(flag, "", 1).strip()
            pairs = (flag.removeprefix("--").split("=", 1) for flag in flags)
            yield Instruction(word=word, flags=dict(pairs), text=text)


def the_last(word: str) -> Instruction:
    """The instruction that counts, where a later one replaces an earlier."""
    return [instruction for instruction in instructions() if instruction.word == word][-1]


def compose() -> dict[str, Any]:
    """The services of the compose file, as YAML has them."""
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    return services


def environment_of(service: str, given: Mapping[str, str]) -> dict[str, str]:
    """A service's variables where `docker compose` has the given ones; KeyError where it asks for another."""
    return {name: _filled(str(value), given) for name, value in compose()[service]["environment"].items()}


def asked_for() -> set[str]:
    """The variables without which `docker compose` does not start."""
    text = (ROOT / "compose.yaml").read_text("utf-8")
    return {found["name"] for found in _VARIABLE.finditer(text) if found["kind"] == "?"}


def _filled(text: str, given: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        written = given.get(found["name"], "")
        if found["kind"] == "?" and not written:
            raise KeyError(found["name"])
        return written or (found["text"] if found["kind"] == "-" else "")

    return _VARIABLE.sub(value, text)


def tracked() -> list[str]:
    """The paths of the files and links that are in git, and still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).exists()]
