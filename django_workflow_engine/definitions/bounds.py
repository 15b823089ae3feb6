"""How long and how many the values of a template may be, whatever the settings say."""

from __future__ import annotations

import re
from typing import Final

NAME_LENGTH: Final = 255  # characters
MAX_PIPELINES: Final = 50
MAX_STAGES: Final = 50  # of one pipeline
MAX_APPROVALS: Final = 20  # of one position
MAX_ACTIONS: Final = 50  # of one workflow, pipeline or stage
MAX_ORDER: Final = 2_147_483_647
COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_COLOR: Final = "#3498db"
MAX_DURATION_DAYS: Final = 3660  # ten years, of a deadline
MAX_DURATION_LENGTH: Final = 100  # characters
MAX_REMINDERS: Final = 5  # of one deadline
