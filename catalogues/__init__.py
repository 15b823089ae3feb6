"""The catalogues of both packages: `python -m catalogues` brings them up to date with the source."""
