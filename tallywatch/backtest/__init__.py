"""A rule replayed over history as it was known on each day."""
