{#- The rows of `ledger` (columns of int_subjects__known_things), where what a person declared within
    the first days of telling covers the past: a bank of ten years is known, although it was told of
    today. -#}
{% macro acknowledged_at_start(ledger) -%}
    select
        ledger.subject_key,
        ledger.thing_type,
        ledger.thing_key,
        ledger.source_code,
        case
            when
                ledger.source_code = 'declared'
                and {{ local_date('ledger.known_from_at') }} <= {{ add_days(
                    local_date('asked.acknowledged_at'), 'thresholds.acknowledgement_days'
                ) }}
                then cast('1900-01-01 00:00:00' as timestamp)
            else ledger.known_from_at
        end as known_from_at,
        ledger.known_until_at
    from {{ ledger }} as ledger
    left join (
        select
            subject_key,
            min(known_from_at) as acknowledged_at
        from {{ ledger }}
        where source_code = 'declared'
        group by subject_key
    ) as asked on ledger.subject_key = asked.subject_key
    left join (
        {{ thresholds(['acknowledgement_days'], owner='LEDGER') }}
    ) as thresholds on {{ in_force(local_date('asked.acknowledged_at')) }}
{%- endmacro %}
