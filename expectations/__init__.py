"""Great Expectations at the two doors: raw rows in, a release out. Reads, and blocks."""
