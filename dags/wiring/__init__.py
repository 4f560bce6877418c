"""What the DAGs of this folder share. Nothing heavy is imported before a task runs."""
