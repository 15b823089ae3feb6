"""The ready-to-run server: everything from the environment, with safe defaults."""
