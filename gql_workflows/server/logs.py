"""What the server's log does without."""

from __future__ import annotations

import logging


class OneLine(logging.Filter):
    """Has an error told in one line: while Redis is away the channel layer tells it each second, with its stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The same record, with what was raised in the place of where."""
        if record.exc_info:
            record.msg, record.args = "%s: %r", (record.getMessage(), record.exc_info[1])
            record.exc_info = record.exc_text = None
        return True
