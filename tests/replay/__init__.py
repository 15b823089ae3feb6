"""The replay of approval histories."""
