{#- A CTE `first_shown`: one row per thing that credit reports list, as the first report that lists it
    has it, with the times of the first and the last such report, when the first of them came
    (available_at) and was loaded (detected_at), and the times of the person's first reports
    (see int_credit__reports), by which it is news or not. Nothing in it depends on the order in which
    reports were delivered. `relation` has items of stg_credit_reports and a column named by `key`. -#}
{% macro first_shown(relation, key) -%}
first_shown as (
    select
        {{ relation }}.*,
        {{ relation }}.report_at as first_report_at,
        max({{ relation }}.report_at) over (partition by {{ relation }}.{{ key }}) as last_report_at,
        min(reports.available_at) over (partition by {{ relation }}.{{ key }}) as available_at,
        min(reports.detected_at) over (partition by {{ relation }}.{{ key }}) as detected_at,
        reports.first_report_at as first_of_person_at,
        reports.first_of_generation_at,
        reports.first_detailed_at,
        {{ relation }}._received_at as received_at,
        {{ relation }}._delivery_id as delivery_id,
        {{ relation }}._line_number as line_number
    from {{ relation }}
    inner join {{ ref('int_credit__reports') }} as reports
        on {{ relation }}.report_key = reports.report_key
    qualify row_number() over (
        partition by {{ relation }}.{{ key }}
        order by {{ relation }}.report_at, {{ relation }}.report_key, {{ relation }}.item_number
    ) = 1
)
{%- endmacro %}
