"""What holds on whichever databases a project has."""
