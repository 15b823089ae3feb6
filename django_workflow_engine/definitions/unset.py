"""The mark of a value that was not given: absent is not null, and neither is empty."""

from __future__ import annotations

import enum
from typing import Final


class Unset(enum.Enum):
    """The type of `UNSET`, so that a type checker can tell it from every value."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
