"""Models as dbt compiles them, run straight in DuckDB: a build takes milliseconds."""

from __future__ import annotations

from tallywatch.compiled_models import DATABASE, Model, compile_models, make_schemas, run_models

__all__ = ["DATABASE", "Model", "compile_models", "make_schemas", "run_models"]
