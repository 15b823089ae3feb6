"""The usage examples that the engine promises to carry out, where no other test runs them as they are written."""
