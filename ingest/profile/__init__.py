"""Profiling a sample: what a contract would have to say of files like it."""
