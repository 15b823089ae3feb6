"""`python -m benchmarks.attaching`: many objects attached together and one by one, on a temporary database, as a ratio.

OBJECTS says how many together; a tenth as many are attached one by one. Exits with 1 where the two ways wrote
different rows.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from benchmarks.serving.place import set_up

OBJECTS: Final = 10_000


def main() -> int:
    """Measure and print."""
    with set_up("attaching"):
        from benchmarks.attaching.measuring import measure  # noqa: PLC0415 - models can be imported only after setup

        return measure(int(os.environ.get("OBJECTS") or OBJECTS))


if __name__ == "__main__":
    sys.exit(main())
