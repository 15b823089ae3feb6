"""What conditions may look at, and whether they hold for an object."""
