"""SQL statements of verbs and pages, and speed ratios, measured on PostgreSQL: `python -m benchmarks`."""
