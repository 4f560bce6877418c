{{ judged_by_day() }}
-- A large outflow to a payee whom the person has not paid for a year.
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
    {{ thresholds(['min_count', 'min_history_days', 'lookback_days', 'min_amount_fen', 'p95_multiple']) }}
),

candidates as (
    select
        movements.*,
        -movements.amount_fen as outflow_fen,
        coalesce(baselines.outflow_count, 0) < thresholds.min_count
        or coalesce(baselines.history_days, 0) < thresholds.min_history_days as lacks_history,
        baselines.p95_fen,
        baselines.history_days,
        thresholds.lookback_days
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
    left join baselines
        on movements.subject_key = baselines.subject_key
        and movements.business_date = baselines.business_date
    where
        -movements.amount_fen >= greatest(
            thresholds.min_amount_fen, coalesce(baselines.p95_fen * thresholds.p95_multiple, 0)
        )
        and {{ only_judged('movements', lookback_days=var('settle_days')) }}
),

seen as (
    {{ seen_before('candidates', 'movement_key', 'payee_token', 'judged_at', 'business_date', 'lookback_days') }}
),

judged as (
    select candidates.*
    from candidates
    left join seen on candidates.movement_key = seen.movement_key
    where seen.movement_key is null
),

acknowledged as (
    {{ known_payee('judged', 'movement_key', 'payee_token', 'judged_at') }}
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
            'outflow_fen': 'judged.outflow_fen', 'p95_fen': 'judged.p95_fen',
            'history_days': 'judged.history_days', 'lookback_days': 'judged.lookback_days',
        }) }} as evidence,
        case
            when judged.payee_token is null then 'parse_low_confidence'
            when judged.lacks_history then 'insufficient_history'
        end as exit_reason,
        case when acknowledged.movement_key is not null then 'known_payee' end as suppression_reason,
        judged.outflow_fen as amount_fen,
        judged.delivery_id,
        judged.line_number
    from judged
    left join acknowledged on judged.movement_key = acknowledged.movement_key
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
