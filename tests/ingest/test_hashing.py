"""A stream that is hashed while it is read."""

from __future__ import annotations

import hashlib
import io

import pytest

from ingest.hashing import Hashed


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 1000])
def test_the_digest_is_that_of_all_that_was_read(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    with Hashed(io.BytesIO(content)) as hashed:
        assert b"".join(iter(lambda: hashed.read(10), b"")) == content
        assert hashed.sha256() == hashlib.sha256(content).hexdigest()
        assert hashed.size == size
