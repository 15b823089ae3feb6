"""Many clients at once: decisions and reads on a running server, and whether every row is right afterwards."""
