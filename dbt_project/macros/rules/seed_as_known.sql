{#- The rows of a dated seed as known at the instant for which this run answers: of the rows of one
    `key` and valid_from, the one known last. `next_valid_from` is when the key's next row begins. -#}
{% macro seed_as_known(seed, key) -%}
    select
        known.*,
        lead(valid_from) over (partition by {{ key | join(', ') }} order by valid_from) as next_valid_from
    from (
        select seed.*
        from {{ ref(seed) }} as seed
        inner join {{ ref('int_service__as_of') }} as as_of
            on seed.known_from <= {{ local_date('as_of.as_of_at') }}
        qualify row_number() over (
            partition by seed.{{ key | join(', seed.') }}, seed.valid_from
            order by seed.known_from desc
        ) = 1
    ) as known
{%- endmacro %}


{#- Join condition: the row of a dated seed that holds on `day`. -#}
{% macro valid_on(alias, day) -%}
    {{ day }} >= {{ alias }}.valid_from
    and ({{ day }} < {{ alias }}.valid_to or {{ alias }}.valid_to is null)
    and ({{ day }} < {{ alias }}.next_valid_from or {{ alias }}.next_valid_from is null)
{%- endmacro %}
