"""Archived bytes come back as they were, from any position, and nobody can change them unseen."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import archive
from ingest.archive import (
    CHUNK_BYTES,
    SealedReader,
    new_data_key,
    seal_stream,
    unwrap_key,
    wrap_key,
)
from tallywatch.errors import TerminalError

NAME = "d1"


def sealed(folder: Path, content: bytes, key: bytes) -> Path:
    path = folder / "bytes.enc"
    with path.open("wb") as target:
        seal_stream(io.BytesIO(content), target, key, NAME)
    return path


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7])
def test_what_goes_in_comes_out(tmp_path: Path, size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    key = new_data_key()
    path = sealed(tmp_path, content, key)
    with SealedReader(path, key, NAME, size) as reader:
        assert reader.read() == content


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_any_slice_can_be_read(start: int, length: int) -> None:
    content = bytes(i % 251 for i in range(4096))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "CHUNK_BYTES", 512)
        folder = Path(tempfile.mkdtemp())
        key = new_data_key()
        raw = SealedReader(sealed(folder, content, key), key, NAME, len(content))
        with io.BufferedReader(raw) as reader:
            reader.seek(start)
            assert reader.read(length) == content[start : start + length]


def test_the_plaintext_is_not_in_the_file(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"invented person, 13800001234\n" * 50, new_data_key())
    assert b"13800001234" not in path.read_bytes()


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    key = new_data_key()
    path = sealed(tmp_path, b"x" * 100, key)
    damaged = bytearray(path.read_bytes())
    damaged[10] ^= 1
    path.write_bytes(damaged)
    with (
        SealedReader(path, key, NAME, 100) as reader,
        pytest.raises(TerminalError, match="damaged"),
    ):
        reader.read()


def test_a_data_key_opens_only_under_its_own_name_and_key() -> None:
    key = new_data_key()
    wrapped = wrap_key(b"a" * 32, key, "d1")
    assert unwrap_key(b"a" * 32, wrapped, "d1") == key
    for wrapping, name in ((b"b" * 32, "d1"), (b"a" * 32, "d2")):
        with pytest.raises(TerminalError):
            unwrap_key(wrapping, wrapped, name)
