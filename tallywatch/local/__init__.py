"""Airflow on this machine alone, for the demo and for trying things: SQLite, four processes."""
