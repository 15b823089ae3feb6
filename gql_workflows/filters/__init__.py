"""FilterSets own the filtering; the bridge makes the schema's inputs of them."""
