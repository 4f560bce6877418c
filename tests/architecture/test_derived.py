"""What is derived from the contracts is fresh, and depends on nothing but them."""

from __future__ import annotations

from pathlib import Path

from ingest.contracts import read_contracts
from ingest.erasure_map import erasure_map
from tallywatch.derive import derived_files, stale_files, write_derived


def test_committed_files_are_what_the_contracts_say() -> None:
    assert [path.name for path in stale_files()] == []


def test_a_changed_file_is_stale_until_written(tmp_path: Path) -> None:
    assert len(write_derived(tmp_path)) == len(derived_files())
    assert stale_files(tmp_path) == []
    page = tmp_path / "docs/reference/data-dictionary.md"
    page.write_text(page.read_text("utf-8") + "by hand", encoding="utf-8")
    assert stale_files(tmp_path) == [page]


def test_every_table_with_a_person_in_it_can_be_erased() -> None:
    targets = {target.table: target for target in erasure_map(read_contracts().values())}
    assert targets["raw.people"].sealed_columns == (
        "full_name_token",
        "id_number_token",
        "phone_token",
        "email_token",
    )
    assert targets["raw.alipay_bills"].subject_columns == ("subject_key",)
    assert targets["raw.alipay_bills"].grant_column == "authorisation_id"
    assert not targets["raw.alipay_bills"].is_cleared
    assert targets["raw.partner_deals"].subject_columns == ()
    assert targets["raw.partner_deals"].linking_columns == ("customer_phone_token",)
    assert targets["raw.partner_deals"].is_cleared, "a deal outlives whoever made it"
    assert targets["raw.partner_deals"].token_columns == ("customer_phone_token",)
    assert "raw.partner_agreements" not in targets
