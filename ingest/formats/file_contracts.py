"""A layout as a contract of its own, whose columns are the headers of the file.

Readers of formats know named cells only. What a layout makes of the cells is done afterwards, to
whole columns (ingest/formats/shaping.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ingest.contract_layouts import CellSource, FileLayout, Form, Header
from ingest.contracts import Column, Contract

OWN_LAYOUT = ""
"""Name of the layout of a contract that lists none: its columns are headers themselves."""


@dataclass(frozen=True)
class LaidOut:
    """A layout, the contract that reads its files, and the cell column of every header in it."""

    layout: FileLayout
    contract: Contract
    cells: Mapping[Header, str]

    def with_delimiter(self, delimiter: str) -> LaidOut:
        """The same with one delimiter, and no other to try."""
        dialect = replace(self.contract.dialect, delimiter=delimiter, other_delimiters=())
        return replace(self, contract=replace(self.contract, dialect=dialect))

    @property
    def sought(self) -> tuple[Column, ...]:
        """Columns that the file must have."""
        return tuple(c for c in self.contract.file_columns if not c.optional_header)


def laid_out(contract: Contract) -> tuple[LaidOut, ...]:
    """Every way in which a file of the feed may be laid out, in the order of the contract."""
    layouts = contract.layouts or (_own_layout(contract),)
    return tuple(_laid_out(contract, layout) for layout in layouts)


def _own_layout(contract: Contract) -> FileLayout:
    return FileLayout(
        name=OWN_LAYOUT,
        formats=contract.formats,
        dialect=contract.dialect,
        drift=contract.drift,
        sources={
            column.name: CellSource(
                Form.JOIN, (column.headers,), is_optional=column.optional_header
            )
            for column in contract.file_columns
        },
        null_texts=contract.null_texts,
    )


def _laid_out(contract: Contract, layout: FileLayout) -> LaidOut:
    codes = {column.name: dict(column.codes or {}) for column in contract.columns}
    cells: dict[Header, Column] = {}
    for name, source in layout.sources.items():
        for header in filter(None, source.headers):
            known = cells.get(header)
            shared = {**codes.get(name, {}), **(known.codes if known and known.codes else {})}
            cells[header] = Column(
                name=known.name if known else f"cell_{len(cells)}",
                logical_type="string",
                description="",
                classification="internal",
                headers=header,
                optional_header=source.is_optional and (known is None or known.optional_header),
                codes=MappingProxyType(shared) if shared else None,
            )
    passed_over = tuple(
        Column(
            name=f"passed_over_{number}",
            logical_type="string",
            description="",
            classification="internal",
            headers=(header,),
            optional_header=True,
        )
        for number, header in enumerate(layout.ignored)
    )
    read = replace(
        contract,
        formats=layout.formats,
        dialect=layout.dialect,
        drift=layout.drift,
        null_texts=layout.null_texts,
        columns=(*cells.values(), *passed_over),
        transient_columns=(),
        layouts=(),
    )
    return LaidOut(layout, read, {header: column.name for header, column in cells.items()})
