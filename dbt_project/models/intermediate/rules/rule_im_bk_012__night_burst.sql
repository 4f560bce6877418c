{{ judged_by_day() }}
-- Several outflows above the personal p95 within a day, at least one of them at night.
with

movements as (
    select * from {{ ref('int_subjects__movements') }} as movements
    where is_outflow and is_time_known and {{ only_judged('movements', lookback_days=var('settle_days')) }}
),

-- A burst has an outflow by night: days far from one cannot be part of it.
judged_days as (
    select subject_key, business_date from {{ ref('int_subjects__judged_days') }}
    where is_near_night
),

baselines as (
    select * from {{ ref('int_subjects__outflow_baselines') }}
),

thresholds as (
    {{ thresholds(['min_count', 'window_hours', 'min_burst_count', 'max_usual_night_ppm']) }}
),

candidates as (
    select
        movements.*,
        movements.judged_at as event_at,
        -movements.amount_fen as outflow_fen,
        {{ is_night('movements.local_hour') }} as is_night,
        coalesce(baselines.outflow_count, 0) < thresholds.min_count as lacks_history,
        baselines.outflow_count,
        baselines.timed_count,
        baselines.night_count,
        baselines.p95_fen,
        thresholds.window_hours,
        thresholds.min_burst_count,
        thresholds.max_usual_night_ppm
    from movements
    inner join judged_days
        on movements.subject_key = judged_days.subject_key
        and movements.business_date = judged_days.business_date
    inner join thresholds on {{ in_force('movements.business_date') }}
    left join baselines
        on movements.subject_key = baselines.subject_key
        and movements.business_date = baselines.business_date
),

-- With no baseline nothing is large or small; then every outflow may be part of a burst.
large as (
    select * from candidates
    where lacks_history or outflow_fen > p95_fen
),

bursts as (
    select
        large.movement_key,
        count(*) as burst_count,
        cast(sum(companions.outflow_fen) as bigint) as burst_fen,
        cast(sum(case when companions.is_night then 1 else 0 end) as bigint) as burst_night_count
    from large
    inner join large as companions
        on large.subject_key = companions.subject_key
        and large.lacks_history = companions.lacks_history
        and large.event_at >= companions.event_at
        and large.event_at <= {{ add_hours('companions.event_at', 'large.window_hours') }}
    group by large.movement_key
),

judged as (
    select
        large.*,
        bursts.burst_count,
        bursts.burst_fen,
        bursts.burst_night_count
    from large
    inner join bursts on large.movement_key = bursts.movement_key
    where bursts.burst_count >= large.min_burst_count and bursts.burst_night_count > 0
),

described as (
    select
        subject_key,
        feed,
        'outflows' as dedup_key,
        source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'outflow_fen': 'outflow_fen', 'p95_fen': 'p95_fen', 'burst_count': 'burst_count',
            'burst_fen': 'burst_fen', 'burst_night_count': 'burst_night_count',
            'outflow_count': 'outflow_count', 'night_count': 'night_count',
        }) }} as evidence,
        case when lacks_history then 'insufficient_history' end as exit_reason,
        case
            when night_count * 1000000 > timed_count * max_usual_night_ppm then 'usual_hours'
        end as suppression_reason,
        burst_fen as amount_fen,
        delivery_id,
        line_number
    from judged
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
