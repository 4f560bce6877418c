"""The commission models, compiled once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dbt.compiled_models import Model
from tests.dbt.revenue.commission_sql import Commission, compile_commission


@pytest.fixture(scope="session")
def compiled_models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """The compiled models, parents first."""
    return compile_commission(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def commission(compiled_models: list[Model]) -> Iterator[Commission]:
    """An empty warehouse with the commission models; tests empty it before they use it."""
    made = Commission(compiled_models)
    yield made
    made.con.close()
