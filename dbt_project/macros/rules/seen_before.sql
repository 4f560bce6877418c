{#- A query: the values of `key` for those rows of `relation` whose other side the person had paid (or, as
    `movements` has it, been paid by) before, within `days` days. `token`, `at` and `day` are columns of
    `relation`, which has subject_key: the other side, the instant before which, and its day. -#}
{% macro seen_before(relation, key, token, at, day, days, movements='movements') -%}
    select distinct {{ relation }}.{{ key }}
    from {{ relation }}
    inner join {{ movements }} as earlier
        on {{ relation }}.subject_key = earlier.subject_key
        and {{ relation }}.{{ token }} = earlier.payee_token
        and {{ relation }}.{{ at }} > earlier.judged_at
        and {{ relation }}.{{ day }} <= {{ add_days('earlier.business_date', relation ~ '.' ~ days) }}
{%- endmacro %}
