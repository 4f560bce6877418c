"""Stand-in for dbt's `adapter` while sqlfluff renders a model without a warehouse."""

from __future__ import annotations

from collections.abc import Callable


def dispatch(name: str, *_: object, **__: object) -> Callable[..., str]:
    """An engine's macro is an expression; which one does not matter to the linter."""
    return lambda *_, **__: f"engine_{name}()"
