"""The data dictionary: an index, a page per domain of feeds, one per layer of models.

Raw columns come from the contracts, everything else from the yml beside the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from ingest.contracts import LINEAGE_COLUMNS, Column, Contract
from tallywatch.derived.models import Model
from tallywatch.derived.words import LINEAGE_DESCRIPTIONS, NOTICE, SUBJECT_DESCRIPTION, codes

INDEX = "docs/reference/data-dictionary.md"
FOLDER = "docs/reference/dictionary"
LAYERS = {
    "intermediate": "Between: what staging is made into",
    "marts": "Marts: what is released to people",
}


def dictionary_pages(contracts: Mapping[str, Contract], models: Sequence[Model]) -> dict[str, str]:
    """Every page by its path."""
    staging = {m.name.removeprefix("stg_"): m for m in models if m.folder == "staging"}
    pages = {INDEX: _index(contracts, models)}
    for domain, feeds in _by_domain(contracts).items():
        pages[f"{FOLDER}/feeds-{domain}.md"] = _domain_page(domain, feeds, staging)
    for layer in LAYERS:
        pages[f"{FOLDER}/{layer}.md"] = _layer_page(layer, models)
    return pages


def _by_domain(contracts: Mapping[str, Contract]) -> dict[str, list[Contract]]:
    ordered = sorted(contracts.values(), key=lambda c: (c.domain, c.feed))
    return {domain: list(feeds) for domain, feeds in groupby(ordered, key=lambda c: c.domain)}


def _index(contracts: Mapping[str, Contract], models: Sequence[Model]) -> str:
    parts = [
        f"# Data dictionary\n\n<!-- {NOTICE} -->\n",
        "Every raw table ends with the same lineage columns:\n\n"
        "| column | type | meaning |\n|---|---|---|",
    ]
    parts += [f"| `{n}` | {t} | {LINEAGE_DESCRIPTIONS[n]} |" for n, t in LINEAGE_COLUMNS.items()]
    for domain, feeds in _by_domain(contracts).items():
        page = f"dictionary/feeds-{domain}.md"
        parts.append(
            f"\n## Feeds: {_title(domain)}\n\n| feed | what it is | one row is |\n|---|---|---|"
        )
        parts += [
            f"| [{c.feed}]({page}#{c.feed}) | {_cell(c.title)} | {_cell(c.grain)} |" for c in feeds
        ]
    for layer, title in LAYERS.items():
        parts.append(f"\n## {title}\n\n| model | one row is |\n|---|---|")
        parts += [
            f"| [{m.name}](dictionary/{layer}.md#{m.name}) | {m.description} |"
            for m in _of_layer(layer, models)
        ]
    return "\n".join(parts) + "\n"


def _domain_page(domain: str, feeds: Iterable[Contract], staging: Mapping[str, Model]) -> str:
    parts = [f"# Feeds: {_title(domain)}\n\n<!-- {NOTICE} -->"]
    for contract in feeds:
        parts += ["", *_feed(contract)]
        if model := staging.get(contract.feed):
            parts += [f"\n### {model.name}\n", model.description, "", *_model_table(model)]
    return "\n".join(parts) + "\n"


def _feed(contract: Contract) -> list[str]:
    facts = [
        f"{contract.title}. {contract.purpose} {contract.usage}\n",
        f"Grain: {contract.grain} Key: {codes(contract.key)}. Owner: {contract.owner}. "
        f"Formats: {codes(contract.formats)}. Fresh within {contract.freshness_days} days, "
        f"kept {contract.retention}. Unknown columns: `{contract.drift}`.",
    ]
    if contract.consent_scope:
        facts.append(f"Consent: `{contract.consent_scope}`.")
    if contract.layouts:
        facts.append(f"Layouts: {codes(layout.name for layout in contract.layouts)}.")
    rows = [_raw_row(column) for column in contract.columns]
    if contract.consent_scope:
        rows.append(
            f"| `subject_key` | VARCHAR | yes | internal | from the grant | {SUBJECT_DESCRIPTION} |"
        )
    return [
        f"## {contract.feed}\n",
        facts[0],
        " ".join(facts[1:]),
        "\n| raw column | type | required | class | comes from | meaning |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def _raw_row(column: Column) -> str:
    notes = [column.description]
    if column.enum:
        notes.append(f"One of {codes(column.enum)}.")
    if column.identifier:
        kept = "sealed in the vault" if column.holder else "kept as a token only"
        notes.append(f"Identifier ({column.identifier}), {kept}.")
    if column.scrub:
        notes.append("Identifiers in it are replaced by their kind.")
    required = "yes" if column.required else "no"
    return (
        f"| `{column.raw_name}` | {column.duckdb_type} | {required} | {column.classification} "
        f"| {_cell(_origin(column))} | {_cell(' '.join(notes))} |"
    )


def _origin(column: Column) -> str:
    if column.derive:
        return f"derived from `{column.derive.column}`"
    return {
        "delivery": "delivery attribute",
        "preamble": "text outside the records",
    }.get(column.source, codes(column.headers))


def _layer_page(layer: str, models: Sequence[Model]) -> str:
    parts = [f"# {LAYERS[layer]}\n\n<!-- {NOTICE} -->"]
    for folder, group in groupby(_of_layer(layer, models), key=lambda m: m.folder):
        parts.append(f"\n## {_title(folder.partition('/')[2])}")
        for model in group:
            parts += [f"\n### {model.name}\n", model.description, "", *_model_table(model)]
    return "\n".join(parts) + "\n"


def _of_layer(layer: str, models: Sequence[Model]) -> list[Model]:
    return [model for model in models if model.folder.partition("/")[0] == layer]


def _model_table(model: Model) -> list[str]:
    if not model.columns:
        return []
    rows = [f"| `{name}` | {meaning} |" for name, meaning in model.columns]
    return ["| column | meaning |", "|---|---|", *rows]


def _title(name: str) -> str:
    return name.replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
