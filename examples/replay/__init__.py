"""Replays real approval histories: every case of a log is approved, rejected and sent again by its people."""
