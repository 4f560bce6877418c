"""Benchmarks: ratios against the bare engine on the same work in the same run."""
