"""HTML pages: which tables, spans and sections, text around them, counting, damage."""

from __future__ import annotations

import io
import time

import pytest

from ingest.contracts import Drift
from ingest.formats import html_tables, open_delivery
from ingest.formats.html_rows import table_rows
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read

TABLES = contract("交易日期", "交易说明", "金额", formats=("html",), drift=Drift.EVOLVE)
HEADER = "<tr><th>交易日期</th><th> 交易说明\n</th><th>金&#39069;</th></tr>"
BILL = f"""<html><head><style>td {{ color: red }}</style></head><body>
<p>尊敬的客户<table width="720"><tr><td>卡号：<td>666666******1234</table>
<table><tr><td><font>本期明细</font>
 <table id="outer-has-none"><thead>{HEADER}</thead><tbody>
  <tr><td colspan=3><span> 人民币账户 </span></td></tr>
  <tr><td>2026-09-01</td><td>退货&nbsp;示例<br>商店</td><td>CNY 693.75</td></tr>
  <!-- <tr><td>2026-09-01</td><td>x</td><td>1</td></tr> -->
  <tr><td></td><td> &nbsp; </td><td></td></tr>
  <tr><td>2026-09-02<td colspan="2">没有金额
 </tbody></table>
</td></tr></table>
<table>{HEADER}<tr><td rowspan=2>2026-09-03</td><td>a</td><td>1</td></tr>
 <tr><td>b &lt;c&gt;</td><td>2</td></tr></table>
<script>document.write("<tr><td>2026-09-09</td><td>x</td><td>9</td></tr>")</script>
</body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_table_that_has_the_header_is_read(encoding: str) -> None:
    content = read(BILL.encode(encoding), TABLES)
    assert content.rows == {
        3: ("2026-09-01", "退货 示例 商店", "CNY 693.75"),
        5: ("2026-09-02", "没有金额", None),
        7: ("2026-09-03", "a", "1"),
        8: (None, "b <c>", "2"),
    }
    assert content.tally.blank_lines == 2


def test_what_stands_around_the_records_is_told() -> None:
    head, tail = open_delivery(io.BytesIO(BILL.encode()), TABLES).outside()
    assert "尊敬的客户" in head
    assert "卡号：,666666******1234" in head
    assert "本期明细" in head
    assert "693.75" not in head
    assert tail == ""


def test_a_value_beyond_the_header_is_a_fault() -> None:
    page = f"<table>{HEADER}<tr><td>1<td>2<td>3<td>4</tr><tr><td>5<td>6<td>7<td> </tr></table>"
    content = read(page.encode(), TABLES)
    assert content.faults == {2: StructuralFault.TOO_MANY_COLUMNS}
    assert content.rows == {3: ("5", "6", "7")}


def test_rows_are_counted_in_the_tags() -> None:
    assert [sorted(rows.filled) for rows in table_rows(BILL)] == [[1], [1], [1, 3, 5], [1, 2, 3]]


def test_a_page_that_is_cut_off_gives_the_rows_that_are_left() -> None:
    whole = BILL.encode()
    assert set(read(whole[: whole.index(b"<!-- <tr>")], TABLES).rows) == {3}


def test_tags_that_do_not_pair_refuse_the_page() -> None:
    """The one who reads tags and the one who reads the tree then see other rows."""
    page = f"<table>{HEADER}<tr><td>1<td>2<td>3</tr><xr><td>4<td>5<td>6</tr></table>"
    with pytest.raises(DeliveryRefused) as refused:
        read(page.encode(), TABLES)
    assert refused.value.reason_code == RefusalReason.TRUNCATED


def test_a_page_without_the_table_is_refused() -> None:
    for page in ("<html><body><p>金额 交易日期</p></body></html>", "<table>", "<html>"):
        with pytest.raises(DeliveryRefused) as refused:
            read(page.encode(), TABLES)
        assert refused.value.reason_code == RefusalReason.HEADER_MISSING


def test_a_page_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.perf_counter()
    wide = "<td colspan=99999>1</td>" * 20_000
    with pytest.raises(DeliveryRefused) as refused:
        read(f"<table>{HEADER}<tr>{wide}</tr></table>".encode(), TABLES)
    assert refused.value.reason_code == RefusalReason.TOO_LARGE
    assert time.perf_counter() - started < 10
    monkeypatch.setattr(html_tables, "MOST_BYTES", 100)
    with pytest.raises(DeliveryRefused) as refused:
        read(BILL.encode(), TABLES)
    assert refused.value.reason_code == RefusalReason.TOO_LARGE


def test_a_page_for_a_feed_that_takes_none_is_told_apart() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        read(BILL.encode(), contract("交易日期"))
    assert refused.value.reason_code == RefusalReason.UNKNOWN_FORMAT
    assert "HTML page" in refused.value.found
