"""The hall between the rooms: settings, errors, clock, and the command line."""

__version__ = "0.1.0"
