"""People who are away, gone, or must not, and the clock: whatever happens, in whatever order."""
