"""Who sees which run: principals, and the rows that say in what they take part."""
