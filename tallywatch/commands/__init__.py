"""The commands, by who uses them. Rooms are imported inside them, so that `--help` is quick."""
