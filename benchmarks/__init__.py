"""SQL statements of verbs and pages, and speed side by side, measured on PostgreSQL: `python -m benchmarks`."""
