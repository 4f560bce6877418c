{{ config(materialized='view') }}
with

outflows as (
    select * from {{ ref('int_scores__measured_outflows') }}
),

counted as (
    select category_key, amount_bin, day_number, count(*) as outflow_count
    from outflows
    group by category_key, amount_bin, day_number
),

judged_days as (
    select distinct category_key, day_number from counted
),

-- Strictly past: the judged day does not say what is usual on it.
windowed as (
    select
        judged_days.category_key,
        judged_days.day_number,
        counted.amount_bin,
        sum(counted.outflow_count) as outflow_count
    from judged_days
    inner join counted
        on judged_days.category_key = counted.category_key
        and judged_days.day_number > counted.day_number
        and judged_days.day_number <= counted.day_number + {{ var('baseline_days') }}
    group by judged_days.category_key, judged_days.day_number, counted.amount_bin
),

final as (
    select
        counted.category_key,
        counted.day_number,
        counted.amount_bin,
        cast(sum(windowed.outflow_count) as bigint) as outflow_count,
        cast(sum(case
            when windowed.amount_bin >= counted.amount_bin then windowed.outflow_count
            else 0
        end) as bigint) as as_large_count
    from counted
    inner join windowed
        on counted.category_key = windowed.category_key
        and counted.day_number = windowed.day_number
    group by counted.category_key, counted.day_number, counted.amount_bin
)

select * from final
