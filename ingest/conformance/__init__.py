"""Conformance: what would become of every file of a folder, if it were delivered."""
