"""What must never be in the repository."""

from __future__ import annotations

import re
import subprocess

from tallywatch.settings import REPOSITORY

REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", r"registry\.npm" + "js")))
MACHINE_PATHS = re.compile(r"(?<![\w./])/(?:" + "|".join(("ro" + "ot", "ho" + r"me/\w+")) + r")/\w")


def tracked_texts() -> dict[str, str]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    texts = {}
    for name in names:
        try:
            texts[name] = (REPOSITORY / name).read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    texts = tracked_texts()
    assert texts
    for name, text in texts.items():
        assert not REGISTRIES.search(text), name
        assert not MACHINE_PATHS.search(text), name


def test_requirements_are_locked_with_hashes_and_below_the_dbt_ceiling() -> None:
    for name in ("setup", "base", "dev"):
        text = (REPOSITORY / "requirements" / f"{name}.txt").read_text("ascii")
        pins = re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
        assert " /" not in text, "a path of the machine that compiled it"
        versions = dict(pins)
        if "dbt-core" in versions:
            assert tuple(map(int, versions["dbt-core"].split(".")[:2])) < (1, 12)
