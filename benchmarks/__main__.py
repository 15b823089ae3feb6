"""Measures on a temporary database of the server in DATABASE_URL and prints four tables."""

from __future__ import annotations

import os
import sys

import django
from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment


def main() -> int:
    """Measure everything; 1 when a count is above its limit or an attack is not refused, 2 without PostgreSQL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if connection.vendor != "postgresql":
        print("benchmarks needs PostgreSQL in DATABASE_URL", file=sys.stderr)
        return 2
    from benchmarks.hostile.measuring import measure_attacks  # noqa: PLC0415 - models can be imported only after setup
    from benchmarks.measurements import compare_speed, measure  # noqa: PLC0415
    from benchmarks.requests.comparing import compare_requests  # noqa: PLC0415
    from benchmarks.table import render, render_costs, render_ratios, render_requests  # noqa: PLC0415

    name = connection.settings_dict["NAME"]
    setup_test_environment(debug=False)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        figures, ratios, requests, costs = measure(), compare_speed(), compare_requests(), measure_attacks()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()
    print(render(figures), render_ratios(ratios), render_requests(requests), render_costs(costs), sep="\n\n")
    exceeded = any(figure.exceeds for figure in figures) or not all(cost.refused for cost in costs)
    return int(exceeded)  # times are printed to be read: they depend on the machine


if __name__ == "__main__":
    sys.exit(main())
