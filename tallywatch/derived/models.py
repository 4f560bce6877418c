"""The models of dbt as their yml describes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Model:
    """A model: the folder below `models/`, its name, what a row is, its columns (name, meaning)."""

    folder: str
    name: str
    description: str
    columns: tuple[tuple[str, str], ...]


def read_models(project: Path) -> list[Model]:
    """Every model that is described, by folder and name."""
    root = project / "models"
    return sorted(
        (model for path in root.rglob("*.yml") for model in _of(path, root)),
        key=lambda model: (model.folder, model.name),
    )


def _of(path: Path, root: Path) -> Iterator[Model]:
    content = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - both are safe
    for entry in (content or {}).get("models", ()):
        yield Model(
            folder=path.parent.relative_to(root).as_posix(),
            name=entry["name"],
            description=_line(entry.get("description", "")),
            columns=tuple(
                (column["name"], _line(column.get("description", "")))
                for column in entry.get("columns", ())
            ),
        )


def _line(text: str) -> str:
    """The text on one line, fit for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
