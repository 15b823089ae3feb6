"""Conditions: when a pipeline, a stage or an approval is asked. What one looks at is judged elsewhere."""
