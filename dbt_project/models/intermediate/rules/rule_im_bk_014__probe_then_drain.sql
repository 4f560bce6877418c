{{ judged_by_day() }}
-- A tiny outflow to somebody new, and within a day a large one to the same or another new payee.
with

movements as (
    select * from {{ ref('int_subjects__movements') }}
    where is_outflow
),

known_payees as (
    select * from {{ ref('int_subjects__known_payees') }}
),

thresholds as (
    {{ thresholds([
        'max_probe_fen', 'max_check_fen', 'window_hours', 'min_drain_fen', 'min_drain_share_ppm',
        'min_share_amount_fen', 'lookback_days', 'min_history_days',
    ]) }}
),

-- Drains: large in money, or most of what the account held.
candidates as (
    select
        movements.*,
        movements.balance_fen + movements.stated_fen as balance_before_fen,
        thresholds.max_probe_fen,
        thresholds.max_check_fen,
        thresholds.window_hours,
        thresholds.lookback_days,
        thresholds.min_history_days
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
    where
        {{ only_judged('movements', lookback_days=var('settle_days')) }}
        and (
            movements.stated_fen >= thresholds.min_drain_fen
            or (
                movements.stated_fen >= thresholds.min_share_amount_fen
                and movements.balance_fen >= 0
                and movements.stated_fen * 1000000
                >= (movements.balance_fen + movements.stated_fen) * thresholds.min_drain_share_ppm
            )
        )
),

-- A wallet checks a card that is bound with a few cents. Where a time of day is not known, a pair of
-- one day may or may not have come in this order.
pairs as (
    select
        candidates.*,
        {{ joined_text(['probes.movement_key', 'candidates.movement_key']) }} as pair_key,
        probes.movement_key as probe_key,
        probes.payee_token as probe_token,
        probes.stated_fen as probe_fen,
        probes.judged_at as probe_at,
        probes.business_date as probe_date,
        probes.available_at as probe_available_at,
        probes.detected_at as probe_detected_at,
        case
            when candidates.is_time_known and probes.is_time_known then probes.judged_at
            else {{ day_start('probes.business_date') }}
        end as new_at,
        candidates.is_time_known and probes.is_time_known as is_order_known
    from candidates
    inner join movements as probes
        on candidates.subject_key = probes.subject_key
        and candidates.movement_key <> probes.movement_key
        and probes.stated_fen <= candidates.max_probe_fen
        and probes.payee_token is not null
        and probes.business_date >= {{ add_days('candidates.business_date', -1) }}
        and probes.business_date <= candidates.business_date
    where
        not (probes.names_wallet and probes.stated_fen <= candidates.max_check_fen)
        and (
            (
                candidates.is_time_known
                and probes.is_time_known
                and probes.judged_at < candidates.judged_at
                and candidates.judged_at <= {{ add_hours('probes.judged_at', 'candidates.window_hours') }}
            )
            or (
                not (candidates.is_time_known and probes.is_time_known)
                and candidates.business_date = probes.business_date
            )
        )
),

seen_probes as (
    {{ seen_before('pairs', 'pair_key', 'probe_token', 'new_at', 'probe_date', 'lookback_days') }}
),

-- New when the probe was made: what the drain itself repeats is new still.
seen_drains as (
    {{ seen_before('pairs', 'pair_key', 'payee_token', 'new_at', 'probe_date', 'lookback_days') }}
),

judged as (
    select pairs.*
    from pairs
    left join seen_probes on pairs.pair_key = seen_probes.pair_key
    left join seen_drains on pairs.pair_key = seen_drains.pair_key
    where seen_probes.pair_key is null and seen_drains.pair_key is null
    qualify row_number() over (
        partition by pairs.movement_key
        order by
            case when pairs.is_order_known then 0 else 1 end,
            pairs.probe_at,
            pairs.probe_key
    ) = 1
),

first_days as (
    select judged.movement_key, min(movements.business_date) as first_date
    from judged
    inner join movements on judged.subject_key = movements.subject_key
    group by judged.movement_key
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
        greatest(judged.available_at, judged.probe_available_at) as available_at,
        greatest(judged.detected_at, judged.probe_detected_at) as detected_at,
        {{ json_text({
            'probe_fen': 'judged.probe_fen', 'probe_at': timestamp_text('judged.probe_at'),
            'probe_payee_token': 'judged.probe_token', 'outflow_fen': 'judged.stated_fen',
            'minutes_between': integer_divide(
                'greatest(' ~ seconds_between('judged.probe_at', 'judged.judged_at') ~ ', 0)', 60
            ),
            'balance_before_fen': 'judged.balance_before_fen',
        }) }} as evidence,
        case
            when judged.payee_token is null or not judged.is_order_known then 'parse_low_confidence'
            when
                {{ days_between('first_days.first_date', 'judged.business_date') }}
                < judged.min_history_days
                then 'insufficient_history'
        end as exit_reason,
        case when acknowledged.movement_key is not null then 'known_payee' end as suppression_reason,
        judged.stated_fen as amount_fen,
        judged.delivery_id,
        judged.line_number
    from judged
    inner join first_days on judged.movement_key = first_days.movement_key
    left join acknowledged on judged.movement_key = acknowledged.movement_key
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
