"""How models take workflows: read, changed by administrators, and registered by a project's code."""
