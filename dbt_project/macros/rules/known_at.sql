{#- A query: the values of `key` for those rows of `relation` whose thing the person knew when it happened.

    `thing` and `at` are columns of `relation`, which has subject_key: the thing as the known ledger names
    it, and when it was used. `until` widens that instant to a time in which the thing must be known: for a
    fact of which only the day is told, its end. `ledger` has the columns of int_subjects__known_things. -#}
{% macro known_at(relation, key, thing_type, thing, at, until=none, ledger='known_things') -%}
    select distinct {{ relation }}.{{ key }}
    from {{ relation }}
    inner join {{ ledger }}
        on {{ relation }}.subject_key = {{ ledger }}.subject_key
        and {{ ledger }}.thing_type = {{ thing_type }}
        and {{ relation }}.{{ thing }} = {{ ledger }}.thing_key
        and {{ ledger }}.known_from_at <= {{ until or relation ~ '.' ~ at }}
        and (
            {{ ledger }}.known_until_at is null
            or {{ ledger }}.known_until_at > {{ relation }}.{{ at }}
        )
{%- endmacro %}
