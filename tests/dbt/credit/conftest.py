"""The models of credit reports, compiled once."""

from __future__ import annotations

import pytest

from tests.dbt.compiled_models import Model, compile_models


@pytest.fixture(scope="package")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """Everything that events are made of."""
    return compile_models(tmp_path_factory.mktemp("compiled"), "+int_credit__events")
