"""Values as they come in and go out: moments, and what was left out."""
