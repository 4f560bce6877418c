{{ config(materialized='view') }}
with

outflows as (
    select * from {{ ref('int_scores__measured_outflows') }}
),

misuse as (
    select
        movement_key,
        {{ local_date('known_from_at') }} as misuse_from_date,
        {{ local_date('known_until_at') }} as misuse_until_date
    from {{ ref('int_subjects__misuse') }}
),

own as (
    select
        outflows.subject_key,
        outflows.day_number as outflow_day,
        outflows.outflow_fen,
        outflows.local_hour,
        misuse.misuse_from_date,
        misuse.misuse_until_date
    from outflows
    left join misuse on outflows.movement_key = misuse.movement_key
),

judged_days as (
    select distinct subject_key, day_number, business_date from outflows
),

-- Strictly past. What is known as misuse on the judged day says nothing about the person's habits.
windowed as (
    select
        judged_days.subject_key,
        judged_days.day_number,
        own.outflow_fen,
        own.local_hour
    from judged_days
    inner join own
        on judged_days.subject_key = own.subject_key
        and judged_days.day_number > own.outflow_day
        and judged_days.day_number <= own.outflow_day + {{ var('baseline_days') }}
    where
        own.misuse_from_date is null
        or own.misuse_from_date >= judged_days.business_date
        or own.misuse_until_date < judged_days.business_date
),

centres as (
    select
        subject_key,
        day_number,
        count(*) as outflow_count,
        sum(case when local_hour is not null then 1 else 0 end) as timed_count,
        sum(case when {{ is_night('local_hour') }} then 1 else 0 end) as night_count,
        {{ median('outflow_fen') }} as median_fen,
        {{ percentile('outflow_fen', 0.95) }} as p95_fen
    from windowed
    group by subject_key, day_number
),

spreads as (
    select
        windowed.subject_key,
        windowed.day_number,
        {{ median('abs(windowed.outflow_fen - centres.median_fen)') }} as mad_fen
    from windowed
    inner join centres
        on windowed.subject_key = centres.subject_key
        and windowed.day_number = centres.day_number
    group by windowed.subject_key, windowed.day_number
),

final as (
    select
        centres.subject_key,
        centres.day_number,
        cast(centres.outflow_count as bigint) as outflow_count,
        cast(centres.timed_count as bigint) as timed_count,
        cast(centres.night_count as bigint) as night_count,
        centres.median_fen,
        spreads.mad_fen,
        centres.p95_fen
    from centres
    inner join spreads
        on centres.subject_key = spreads.subject_key
        and centres.day_number = spreads.day_number
)

select * from final
