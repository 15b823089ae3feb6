"""Models of a project that uses the engine."""
