"""Objects by their global ids, ours and the project's."""
