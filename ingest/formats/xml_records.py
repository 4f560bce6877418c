"""XML: one element per record, wherever it stands in the document, read with flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from lxml import etree

from ingest.contracts import Column, Contract, Drift
from ingest.formats.cells import CellCleaner
from ingest.formats.headers import refuse_unknown_columns
from ingest.formats.reading import Tally, assemble, batch_schema
from ingest.formats.source import Source, truncated
from ingest.formats.xml_text import XmlText, ends_like, take_census
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

Cells = dict[str, str | None]
Element = Any


class XmlReading:
    """The elements that the dialect's `recordPath` names, in document order.

    The path is matched from its end: `Ntry` is every such element, `Stmt/Ntry` those within a
    `Stmt`; without a path the root is the one record. An element within a record is no record. A
    line number is the ordinal of a record, from 1. Headers are paths from the record (`Amt`,
    `Amt/@Ccy`, `../Acct/Id/IBAN`, `@id`, `.`) without namespaces; what they find around a record
    must stand before it. Where several elements fit, their texts are joined by a blank.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        path = (contract.dialect.record_path or "").strip("/")
        self._path = path.split("/") if path else []
        headers = {header for column in contract.file_columns for header in column.headers}
        self._finders = {header: etree.XPath(_xpath(header)) for header in sorted(headers)}
        self._known = {header.split("/")[0] for header in headers}
        self._unknown: dict[str, None] = {}
        self._text = XmlText(source)
        census = take_census(self._text, self._path)
        self._count = census.records
        if not census.records and (len(self._path) < 2 or not census.has_parent):
            raise _no_records(path)
        if contract.drift == Drift.FREEZE:
            for element in self._elements():
                self._note_unknown(element)
            refuse_unknown_columns(tuple(self._unknown), contract)

    @property
    def tally(self) -> Tally:
        """Records are counted on the tags by another parser."""
        return Tally(
            encoding=self._text.encoding,
            lines=self._count,
            physical_records=self._count,
            unknown_headers=tuple(self._unknown),
        )

    def outside(self) -> tuple[str, str]:
        """See Reading: there is none; a header may lead to what stands around a record."""
        return "", ""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        records = map(self._record, self._elements())
        first = 1
        while chunk := list(islice(records, self._batch_rows)):
            columns = [
                self._cleaner.clean(_texts([cells for cells, _ in chunk], column), column)
                for column in self._contract.file_columns
            ]
            lines = np.arange(first, first + len(chunk))
            faults = np.array([fault for _, fault in chunk], np.int16)
            yield assemble(self.schema, lines, faults, columns)
            first += len(chunk)

    def _elements(self) -> Iterator[Element]:
        """Every record; what is read is let go when the next one is asked for."""
        parser = etree.XMLPullParser(
            ("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True
        )
        names: list[str] = []
        record: Element = None
        number = 0
        try:
            for piece in self._text.pieces():
                parser.feed(piece)
                for event, element in parser.read_events():
                    if event == "start":
                        names.append(etree.QName(element).localname)
                        if record is None and ends_like(names, self._path):
                            record = element
                        continue
                    names.pop()
                    if element is record:
                        number += 1
                        yield record
                        _let_go(record)
                        record = None
            parser.close()
        except etree.XMLSyntaxError as error:
            raise truncated(f"XML that cannot be read beyond record {number}") from error

    def _record(self, element: Element) -> tuple[Cells, StructuralFault]:
        has_unknown_value = self._note_unknown(element)
        if has_unknown_value and self._contract.drift == Drift.DISCARD_ROW:
            return dict.fromkeys(self._finders), StructuralFault.UNKNOWN_COLUMN
        cells = {header: _joined(find(element)) for header, find in self._finders.items()}
        return cells, StructuralFault.SOUND

    def _note_unknown(self, element: Element) -> bool:
        """Keep the names of children and attributes that no header leads to; has one a value?"""
        if "." in self._known:
            return False
        has_value = False
        for child in element.iterchildren(tag=etree.Element):
            name = etree.QName(child).localname
            if name not in self._known:
                self._unknown[name] = None
                has_value |= _joined([child]) is not None
        for attribute in element.attrib:
            name = "@" + etree.QName(attribute).localname
            if name not in self._known:
                self._unknown[name] = None
                has_value = True
        return has_value


def _xpath(header: str) -> str:
    """A header as XPath that asks for no namespace."""
    steps = []
    for step in header.split("/"):
        name = step.removeprefix("@")
        if step in {".", ".."}:
            steps.append(step)
        else:
            steps.append(f"{'@' if name != step else ''}*[local-name()='{name}']")
    return "/".join(steps)


def _joined(found: list[Any]) -> str | None:
    texts = (item if isinstance(item, str) else "".join(item.itertext()) for item in found)
    return " ".join(filter(None, map(str.strip, texts))) or None


def _texts(records: list[Cells], column: Column) -> pa.Array:
    values = (
        next((cells[header] for header in column.headers if cells[header] is not None), None)
        for cells in records
    )
    return pa.array(list(values), pa.string())


def _let_go(record: Element) -> None:
    """Empty an element, and take what was emptied before it out of the tree."""
    record.clear(keep_tail=True)
    parent = record.getparent()
    while parent is not None and (earlier := record.getprevious()) is not None:
        if len(earlier) or earlier.text or earlier.attrib or earlier.tag != record.tag:
            break
        parent.remove(earlier)


def _no_records(path: str) -> DeliveryRefused:
    return DeliveryRefused(
        RefusalReason.HEADER_MISSING,
        "an XML document that has nothing at the path of its records",
        f"elements at {path}",
        "ask the sender for the agreed document, or mend recordPath in the contract",
    )
