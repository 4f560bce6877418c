{{ judged_by_day() }}
with

every_outflow as (
    select * from {{ ref('int_subjects__movements') }}
    where is_outflow
),

movements as (
    select * from every_outflow
    where {{ only_judged('every_outflow', lookback_days=var('baseline_days')) }}
),

misuse as (
    select * from {{ ref('int_subjects__misuse') }}
),

judged_days as (
    select subject_key, business_date from {{ ref('int_subjects__judged_days') }} as days
    where {{ only_judged('days') }}
),

outflows as (
    select
        movements.subject_key,
        movements.business_date as outflow_date,
        movements.is_time_known,
        movements.local_hour,
        -movements.amount_fen as outflow_fen,
        {{ local_date('misuse.known_from_at') }} as misuse_from_date,
        {{ local_date('misuse.known_until_at') }} as misuse_until_date
    from movements
    left join misuse on movements.movement_key = misuse.movement_key
),

first_days as (
    select subject_key, min(business_date) as first_date
    from every_outflow
    where {{ only_judged('every_outflow', lookback_days=none) }}
    group by subject_key
),

-- Strictly past: the judged day is not part of its own baseline. What a thief spent says nothing
-- about the person's habits, from the day after it was confirmed.
windowed as (
    select
        judged_days.subject_key,
        judged_days.business_date,
        outflows.outflow_fen,
        outflows.outflow_date,
        outflows.is_time_known,
        outflows.local_hour
    from judged_days
    inner join outflows
        on judged_days.subject_key = outflows.subject_key
        and outflows.outflow_date >= {{ add_days('judged_days.business_date', -var('baseline_days')) }}
        and outflows.outflow_date < judged_days.business_date
    where
        outflows.misuse_from_date is null
        or outflows.misuse_from_date >= judged_days.business_date
        or outflows.misuse_until_date < judged_days.business_date
),

-- How heavy the tail is shows in what has settled: a run of misuse that begins now must not make
-- the person look like one who often spends much.
centres as (
    select
        subject_key,
        business_date,
        count(*) as outflow_count,
        sum(case when is_time_known then 1 else 0 end) as timed_count,
        sum(case when {{ is_night('local_hour') }} then 1 else 0 end) as night_count,
        {{ median('outflow_fen') }} as median_fen,
        {{ percentile('outflow_fen', 0.95) }} as p95_fen,
        {{ percentile(
            "case when outflow_date < " ~ add_days('business_date', -var('tail_settling_days'))
            ~ " then outflow_fen end", 0.99
        ) }} as p99_fen
    from windowed
    group by subject_key, business_date
),

spreads as (
    select
        windowed.subject_key,
        windowed.business_date,
        {{ median('abs(windowed.outflow_fen - centres.median_fen)') }} as mad_fen
    from windowed
    inner join centres
        on windowed.subject_key = centres.subject_key
        and windowed.business_date = centres.business_date
    group by windowed.subject_key, windowed.business_date
),

final as (
    select
        centres.subject_key,
        cast(centres.outflow_count as bigint) as outflow_count,
        cast(centres.timed_count as bigint) as timed_count,
        cast(centres.night_count as bigint) as night_count,
        centres.median_fen,
        spreads.mad_fen,
        centres.p95_fen,
        centres.p99_fen,
        cast({{ integer_divide('1000000 * centres.p99_fen', 'greatest(centres.median_fen, 1)') }} as bigint)
            as tail_ppm,
        cast({{ days_between('first_days.first_date', 'centres.business_date') }} as bigint) as history_days,
        centres.business_date
    from centres
    inner join spreads
        on centres.subject_key = spreads.subject_key
        and centres.business_date = spreads.business_date
    inner join first_days on centres.subject_key = first_days.subject_key
)

select * from final
