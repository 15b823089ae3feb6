"""The schema's input types."""
