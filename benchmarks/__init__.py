"""SQL statements of the engine's verbs and of the API's pages, counted on PostgreSQL: `python -m benchmarks`."""
