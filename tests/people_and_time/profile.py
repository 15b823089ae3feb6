"""How long the machine looks: at the same examples every time, and at more of them where ROUNDS says more."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, Phase, settings

from tests.postgres.threads import ROUNDS

BOUNDED: Final = settings(
    derandomize=True,  # and so without a database of examples
    deadline=None,
    max_examples=4 * ROUNDS,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),  # an example takes as long as its statements do
    report_multiple_bugs=False,
    print_blob=False,
)
# Where nearly every act is about the subject.
NARROWLY: Final = settings(BOUNDED, max_examples=3 * ROUNDS, stateful_step_count=12)
# Found is enough: nobody reads the sequence, so it is not made shorter. Each bug is found in under ten examples.
FINDING: Final = settings(NARROWLY, max_examples=40, phases=[Phase.generate])
