"""How well the project's detection does: on any labelled file, and on the frozen world."""
