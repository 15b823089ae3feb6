"""A sample project: the business models, people and template that the README walks through."""
