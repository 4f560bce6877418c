"""Checks that run in an environment of their own, on the next DuckDB."""
