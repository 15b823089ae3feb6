"""What the engine does not take: texts, JSON and templates that are too large."""
