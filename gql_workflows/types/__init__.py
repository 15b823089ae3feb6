"""The schema's object types."""
