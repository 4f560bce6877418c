"""Which rows of a table are a person's, as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.erasure.person import Person
from ingest.erasure_map import SUBJECT, ErasureTarget


@dataclass(frozen=True)
class RowRule:
    """What happens to a person's rows of one table.

    Rows of `deleted_where` go; in the others the columns of `cleared`, column to condition, become
    NULL where the condition holds.
    """

    deleted_where: str | None
    cleared: Mapping[str, str]

    @property
    def touched_where(self) -> str:
        """A condition that holds for every row that is not left as it is, and never is NULL."""
        conditions = [c for c in (self.deleted_where, *self.cleared.values()) if c]
        return f"coalesce({' or '.join(f'({c})' for c in conditions)}, false)"

    def kept(self, relation: str) -> str:
        """A query giving the rows of `relation` as they may stay."""
        replaced = ", ".join(
            f"case when {condition} then null else {column} end as {column}"
            for column, condition in self.cleared.items()
        )
        star = f"* replace ({replaced})" if replaced else "*"
        where = f"not coalesce({self.deleted_where}, false)" if self.deleted_where else "true"
        return f"select {star} from {relation} where {where}"

    def statements(self, table: str) -> list[str]:
        """Statements that do it to a table in place."""
        made = [f"delete from {table} where {self.deleted_where}"] if self.deleted_where else []
        return made + [
            f"update {table} set {column} = null where {condition}"
            for column, condition in self.cleared.items()
        ]


def raw_rule(target: ErasureTarget, person: Person, columns: Iterable[str]) -> RowRule | None:
    """The rule of a raw table or of a lake file that has these columns; None when it needs none."""
    there = set(columns)
    if not person.is_whole:
        named = [target.grant_column] if target.grant_column in there else []
        values = person.authorisation_ids
    elif target.subject_columns:
        named = [c for c in target.subject_columns if c in there]
        values = frozenset({person.subject_key})
    else:
        named = [c for c in target.linking_columns if c in there]
        values = person.tokens
    ties = {str(column): is_in(str(column), values) for column in named}
    if not ties or not values:
        return None
    if not target.is_cleared:
        return RowRule(" or ".join(ties.values()), {})
    whose = " or ".join(ties.values())
    tokens = {c: whose for c in target.token_columns if c in there and target.subject_columns}
    return RowRule(None, tokens | ties)


def derived_rule(columns: Mapping[str, tuple[str, bool]], person: Person) -> RowRule | None:
    """The rule of a table that was computed; `columns` are name to (type, may be NULL).

    What is computed comes again with the next build, so too much may go here, too little not: of a
    table that names people every row of the person goes, of any other each row that has one of
    their names somewhere in a text.
    """
    if SUBJECT in columns:
        return RowRule(is_in(SUBJECT, {person.subject_key}), {})
    cleared, deleted = {}, []
    for column, (kind, is_nullable) in columns.items():
        if column.endswith("_token") and is_nullable:
            cleared[column] = is_in(column, person.names)
        elif "VARCHAR" in kind or kind == "JSON":
            text = column if kind == "VARCHAR" else f"{column}::varchar"
            deleted += [f"contains({text}, {literal(name)})" for name in sorted(person.names)]
    if not cleared and not deleted:
        return None
    return RowRule(" or ".join(deleted) or None, cleared)


def is_in(column: str, values: Iterable[str]) -> str:
    """SQL that holds where the column has one of the values."""
    return f"{column} in ({', '.join(literal(value) for value in sorted(values))})"


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
