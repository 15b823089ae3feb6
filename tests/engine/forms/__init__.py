"""Forms of steps: their JSON Schemas, what may be asked of data, and what that may cost."""
