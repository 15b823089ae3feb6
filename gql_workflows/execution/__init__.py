"""How results are made: what can be is read by a plan of the selection, all else by graphql-core, field by field."""
