"""Evidence packs: the source rows behind an alert or an incident, with their chain of custody."""

from __future__ import annotations

from publish.evidence.pack import Pack, make_pack

__all__ = ["Pack", "make_pack"]
