"""The bridge to the approval package: who is asked, and the only writes to its rows."""
