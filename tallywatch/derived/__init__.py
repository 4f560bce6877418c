"""What `tallywatch derive` writes, one module per kind of file."""
