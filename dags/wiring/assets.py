"""The assets by which the DAGs meet."""

from __future__ import annotations

from airflow.sdk import Asset

RELEASE = Asset("release", uri="tallywatch://release", group="release")
"""A new release can be read."""


def feed_asset(feed: str) -> Asset:
    """New rows of the feed are in the warehouse."""
    return Asset(feed, uri=f"tallywatch://feeds/{feed}", group="feed")
