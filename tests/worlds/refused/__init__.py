"""Worlds that cannot work: each names the check in REFUSED_BY that says so before anything is run."""
