"""What came back, and what it says all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

# What an act leaves behind: the state of its step, which is the event's kind, too.
LEFT_BEHIND = {"approve": "approved", "reject": "rejected", "delegate": "delegated", "escalate": "escalated"}
NO_ANSWER = "NO_ANSWER"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One request's end: `codes` are those of its errors, none where all went well."""

    name: str
    milliseconds: float
    codes: Sequence[str] = ()
    step: int | None = None  # of a decision
    attachment: int | None = None
    statements: int = 0
    sql_milliseconds: float = 0.0

    @property
    def is_decision(self) -> bool:
        """Whether it was to change something."""
        return self.name in LEFT_BEHIND

    @property
    def is_decided(self) -> bool:
        """Whether it did."""
        return self.is_decision and not self.codes

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can say if it did."""
        return NO_ANSWER in self.codes


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Times and costs of some answers."""

    number: int
    p50: float
    p95: float
    p99: float
    statements: float
    sql_milliseconds: float


def summary(answers: Sequence[Answer]) -> Summary:
    """What they say all together; zeros where there are none."""
    times = sorted(answer.milliseconds for answer in answers) or [0.0]
    return Summary(
        number=len(answers),
        **{f"p{part}": times[min(len(times) - 1, len(times) * part // 100)] for part in (50, 95, 99)},
        statements=fmean(answer.statements for answer in answers) if answers else 0.0,
        sql_milliseconds=fmean(answer.sql_milliseconds for answer in answers) if answers else 0.0,
    )


def codes(answers: Sequence[Answer]) -> Counter[str]:
    """How often each error was met."""
    return Counter(code for answer in answers for code in answer.codes)
