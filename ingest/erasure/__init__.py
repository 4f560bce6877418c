"""Erasing a person: from every place that this room keeps, with nothing of them left behind."""
