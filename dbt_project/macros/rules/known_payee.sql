{#- A query: the values of `key` for those rows of `relation` whose other side the person knew as a payee
    when it happened. `token` and `at` are columns of `relation`, which has subject_key: the other side, and
    the instant. A payee is known after the payment or answer that makes it known, not with it. -#}
{% macro known_payee(relation, key, token, at) -%}
    select distinct {{ relation }}.{{ key }}
    from {{ relation }}
    inner join known_payees
        on {{ relation }}.subject_key = known_payees.subject_key
        and {{ relation }}.{{ token }} = known_payees.payee_token
        and {{ relation }}.{{ at }} > known_payees.known_from_at
        and {{ relation }}.{{ at }} <= coalesce(known_payees.known_until_at, {{ relation }}.{{ at }})
{%- endmacro %}
