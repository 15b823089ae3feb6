"""What every world goes through, by the doors that a project uses."""
