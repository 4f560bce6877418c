"""A change of the archive key: the keys of landed deliveries are wrapped anew, bytes stay."""

from __future__ import annotations

import base64
import json

from ingest.files import write_json
from ingest.keyring import UNKNOWN_KEY_ID, archive_ring
from ingest.landing import MANIFEST
from tallywatch.settings import Settings


def rotate_archive(settings: Settings) -> int:
    """Wrap under the present key every delivery's key that another one wraps; returns how many.

    Each manifest is replaced in one step: killed half-way, the next call does the rest, and both
    keys open deliveries meanwhile.

    Raises:
        TerminalError: a delivery's key is wrapped by a key that is not at hand.
    """
    keys = archive_ring(settings.keys)
    rewrapped = 0
    for path in sorted(settings.landing.glob(f"*/d*/{MANIFEST}")):
        content = json.loads(path.read_text(encoding="utf-8"))
        wrapped_by = content.get("key_id", UNKNOWN_KEY_ID)
        if content["wrapped_key"] is None or wrapped_by == keys.present_id:
            continue
        name = content["delivery_id"]
        data_key = keys.unwrap(wrapped_by, base64.b64decode(content["wrapped_key"]), name)
        content["wrapped_key"] = base64.b64encode(keys.wrap(data_key, name)).decode()
        content["key_id"] = keys.present_id
        write_json(path, content)
        rewrapped += 1
    return rewrapped
