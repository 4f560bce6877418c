{{ config(materialized='view') }}
with

outflows as (
    select * from {{ ref('int_scores__measured_outflows') }}
),

daily as (
    select
        subject_key,
        category_key,
        day_number,
        count(*) as outflow_count,
        sum(log_milli) as log_sum,
        sum(log_milli * log_milli) as log_square_sum
    from outflows
    group by subject_key, category_key, day_number
),

final as (
    {%- set past %}
        partition by subject_key, category_key
        order by day_number
        range between {{ var('baseline_days') }} preceding and 1 preceding
    {%- endset %}
    select
        subject_key,
        category_key,
        day_number,
        cast(coalesce(sum(outflow_count) over ({{ past }}), 0) as bigint) as outflow_count,
        cast(coalesce(sum(log_sum) over ({{ past }}), 0) as bigint) as log_sum,
        cast(coalesce(sum(log_square_sum) over ({{ past }}), 0) as bigint) as log_square_sum
    from daily
)

select * from final
