"""One kind of movements in every format that is read, at any size, made once and kept."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.movements import (
    contract_of,
    copied,
    csv_file,
    json_lines_file,
    made,
    movement_rows,
    xls_file,
    xlsx_file,
)
from ingest.contract_layouts import Dialect, FixedWidth
from ingest.contracts import Column, Contract
from ingest.formats.statement_cells import STATEMENT_CELLS

FIELDS = (
    ("movement_id", 10),
    ("subject_key", 8),
    ("phone", 11),
    ("occurred_at", 19),
    ("amount", 12),
    ("direction_code", 3),
    ("city_name", 10),
    ("remark", 20),
)
XML_RECORD = "movements/movement"


@dataclass(frozen=True)
class StreamCase:
    """A format: how a file of so many rows is made, and the contract that it is read by."""

    file: Callable[[int], Path]
    contract: Callable[[], Contract]


def _movements(format_name: str, **dialect: object) -> Callable[[], Contract]:
    return lambda: replace(contract_of(format_name), dialect=Dialect(**dialect))  # type: ignore[arg-type]


def _statements(format_name: str) -> Callable[[], Contract]:
    columns = tuple(
        Column(name, "string", "", "internal", headers=(name,), optional_header=True)
        for name in STATEMENT_CELLS
    )
    return lambda: replace(contract_of(format_name), columns=columns)


def _zip_file(rows: int) -> Path:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(csv_file(rows), "movements.csv")

    return made(f"movements-{rows}.zip", write)


def _parquet_file(rows: int) -> Path:
    return made(f"movements-{rows}.parquet", lambda path: copied(path, rows, "parquet"))


def _written(suffix: str, lines: Callable[[int], Iterator[str]]) -> Callable[[int], Path]:
    def write(path: Path, rows: int) -> None:
        with path.open("w", encoding="utf-8") as target:
            target.writelines(lines(rows))

    return lambda rows: made(f"movements-{rows}.{suffix}", lambda path: write(path, rows))


def _json(rows: int) -> Iterator[str]:
    names, *records = movement_rows(rows)
    yield '{"data": {"movements": ['
    for number, record in enumerate(records):
        yield "," * (number > 0) + json.dumps(dict(zip(names, record, strict=True)))
    yield "]}}"


def _xml(rows: int) -> Iterator[str]:
    names, *records = movement_rows(rows)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<movements>\n'
    for record in records:
        cells = (f"<{n}>{text}</{n}>" for n, text in zip(names, record, strict=True))
        yield f"<movement>{''.join(cells)}</movement>\n"
    yield "</movements>\n"


def _fixed_width(rows: int) -> Iterator[str]:
    for record in list(movement_rows(rows))[1:]:
        cells = zip(record, FIELDS, strict=True)
        yield "".join(text.ljust(width) for text, (_, width) in cells) + "\n"


def _mt940(rows: int) -> Iterator[str]:
    yield ":20:REF1\n:25:12345678/1020304050\n:28C:1/1\n:60F:C260101EUR0,00\n"
    for number in range(rows):
        yield f":61:2601020102C1,00NTRFNONREF//B{number}\n"
        yield f":86:166?00TRANSFER?20order {number}?32A. Nobody\n"
    yield f":62F:C260131EUR{rows},00\n-\n"


def _camt(rows: int) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>S1</Id>"
        "<Acct><Id><IBAN>DE00000000000000000009</IBAN></Id></Acct>\n"
    )
    for number in range(rows):
        yield (
            '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
            "<BookgDt><Dt>2026-01-02</Dt></BookgDt>"
            f"<AcctSvcrRef>R{number}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf>"
            f"<Ustrd>order {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
        )
    yield "</Stmt></BkToCstmrStmt></Document>\n"


STREAMS: dict[str, StreamCase] = {
    "csv": StreamCase(csv_file, _movements("delimited")),
    "csv in zip": StreamCase(_zip_file, _movements("delimited")),
    "json lines": StreamCase(json_lines_file, _movements("json_lines")),
    "json": StreamCase(_written("json", _json), _movements("json", record_path="data.movements")),
    "xml": StreamCase(_written("xml", _xml), _movements("xml", record_path=XML_RECORD)),
    "fixed width": StreamCase(
        _written("txt", _fixed_width),
        _movements("fixed_width", fixed_width=FixedWidth(FIELDS, "utf-8")),
    ),
    "parquet": StreamCase(_parquet_file, _movements("parquet")),
    "camt": StreamCase(_written("camt.xml", _camt), _statements("camt")),
    "mt940": StreamCase(_written("sta", _mt940), _statements("mt940")),
    "xlsx": StreamCase(xlsx_file, _movements("xlsx")),
    "xls": StreamCase(xls_file, _movements("xls")),
}
