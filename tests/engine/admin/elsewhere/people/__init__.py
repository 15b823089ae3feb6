"""The app that holds the project's people."""
