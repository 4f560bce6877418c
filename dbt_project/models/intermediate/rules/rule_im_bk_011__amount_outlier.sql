{{ judged_by_day() }}
-- An outflow far above what the person usually spends.
with

movements as (
    select * from {{ ref('int_subjects__movements') }}
    where is_outflow
),

baselines as (
    select * from {{ ref('int_subjects__outflow_baselines') }}
),

known_payees as (
    select * from {{ ref('int_subjects__known_payees') }}
),

thresholds as (
    {{ thresholds([
        'min_count', 'min_amount_fen', 'max_robust_z_ppm', 'max_robust_z_even_ppm',
        'max_robust_z_holiday_ppm', 'max_tail_ppm', 'spread_floor_ppm', 'spread_floor_fen', 'known_payee_multiple',
    ]) }}
),

spending_days as (
    select calendar_date from {{ ref('int_rulebook__calendar') }}
    where is_spending_day
),

candidates as (
    select
        movements.*,
        -movements.amount_fen as outflow_fen,
        coalesce(baselines.outflow_count, 0) < thresholds.min_count as lacks_history,
        baselines.outflow_count,
        baselines.median_fen,
        baselines.mad_fen,
        baselines.p95_fen,
        baselines.tail_ppm,
        -- Who spends evenly is measured by the spread alone, which a run of misuse cannot raise; with
        -- a heavy tail, or nothing settled to tell it from, the spread alone flags thousands.
        coalesce(baselines.tail_ppm > thresholds.max_tail_ppm, true) as has_heavy_tail,
        case
            when spending_days.calendar_date is not null then thresholds.max_robust_z_holiday_ppm
            when baselines.tail_ppm <= thresholds.max_tail_ppm then thresholds.max_robust_z_even_ppm
            else thresholds.max_robust_z_ppm
        end as z_limit_ppm,
        thresholds.known_payee_multiple,
        greatest(
            baselines.mad_fen,
            {{ integer_divide('baselines.median_fen * thresholds.spread_floor_ppm', 1000000) }},
            thresholds.spread_floor_fen
        ) as spread_fen,
        -- 0.6745 makes the median absolute deviation comparable with a standard deviation.
        {{ integer_divide(
            '674500 * greatest(-movements.amount_fen - baselines.median_fen, 0)', 'spread_fen'
        ) }} as robust_z_ppm
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
    left join baselines
        on movements.subject_key = baselines.subject_key
        and movements.business_date = baselines.business_date
    left join spending_days on movements.business_date = spending_days.calendar_date
    where
        -movements.amount_fen >= thresholds.min_amount_fen
        and {{ only_judged('movements', lookback_days=var('settle_days')) }}
),

judged as (
    select * from candidates
    where
        lacks_history
        or (robust_z_ppm > z_limit_ppm and (outflow_fen > p95_fen or not has_heavy_tail))
),

payee_history as (
    select
        judged.movement_key,
        max(-earlier.amount_fen) as payee_max_fen
    from judged
    inner join movements as earlier
        on judged.subject_key = earlier.subject_key
        and judged.payee_token = earlier.payee_token
        and judged.judged_at > earlier.judged_at
    inner join known_payees
        on judged.subject_key = known_payees.subject_key
        and judged.payee_token = known_payees.payee_token
        and judged.judged_at > known_payees.known_from_at
        and judged.judged_at <= coalesce(known_payees.known_until_at, judged.judged_at)
    group by judged.movement_key
),

described as (
    select
        judged.subject_key,
        judged.feed,
        coalesce(judged.payee_token, 'unnamed') as dedup_key,
        judged.source_id,
        judged.judged_at as event_at,
        judged.available_at,
        judged.detected_at,
        {{ json_text({
            'outflow_fen': 'judged.outflow_fen', 'median_fen': 'judged.median_fen',
            'mad_fen': 'judged.mad_fen', 'p95_fen': 'judged.p95_fen',
            'robust_z_ppm': 'judged.robust_z_ppm', 'z_limit_ppm': 'judged.z_limit_ppm',
            'tail_ppm': 'judged.tail_ppm', 'outflow_count': 'judged.outflow_count',
        }) }} as evidence,
        case when judged.lacks_history then 'insufficient_history' end as exit_reason,
        case
            when judged.outflow_fen <= payee_history.payee_max_fen * judged.known_payee_multiple
                then 'known_payee'
        end as suppression_reason,
        judged.outflow_fen as amount_fen,
        judged.delivery_id,
        judged.line_number
    from judged
    left join payee_history on judged.movement_key = payee_history.movement_key
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
