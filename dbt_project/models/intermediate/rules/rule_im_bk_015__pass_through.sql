{{ judged_by_day() }}
-- A large credit from somebody new leaves again at once, in part at least to somebody new.
with

movements as (
    select * from {{ ref('int_subjects__movements') }}
    where movement_type <> 'closed'
),

known_payees as (
    select * from {{ ref('int_subjects__known_payees') }}
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type in ('payer', 'payee')
),

thresholds as (
    {{ thresholds([
        'min_credit_fen', 'min_share_ppm', 'window_hours', 'lookback_days', 'min_history_days',
    ]) }}
),

-- Credits.
candidates as (
    select
        movements.*,
        thresholds.min_share_ppm,
        thresholds.window_hours,
        thresholds.lookback_days,
        thresholds.min_history_days
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
    where
        movements.is_inflow
        and movements.stated_fen >= thresholds.min_credit_fen
        and {{ only_judged('movements', lookback_days=var('settle_days')) }}
),

-- Where a time of day is not known, what left on the same day may or may not have left in time.
pairs as (
    select
        candidates.movement_key,
        {{ joined_text(['candidates.movement_key', 'outflows.movement_key']) }} as pair_key,
        candidates.subject_key,
        candidates.business_date,
        candidates.lookback_days,
        outflows.payee_token as out_token,
        outflows.stated_fen as out_fen,
        outflows.judged_at as out_at,
        outflows.available_at as out_available_at,
        outflows.detected_at as out_detected_at,
        case
            when candidates.is_time_known and outflows.is_time_known then candidates.judged_at
            else {{ day_start('candidates.business_date') }}
        end as new_at,
        candidates.is_time_known and outflows.is_time_known as is_order_known
    from candidates
    inner join movements as outflows
        on candidates.subject_key = outflows.subject_key
        and outflows.is_outflow
        and outflows.business_date >= candidates.business_date
        and outflows.business_date <= {{ add_days('candidates.business_date', 1) }}
    where
        (
            candidates.is_time_known
            and outflows.is_time_known
            and outflows.judged_at >= candidates.judged_at
            and outflows.judged_at <= {{ add_hours('candidates.judged_at', 'candidates.window_hours') }}
        )
        or (
            not (candidates.is_time_known and outflows.is_time_known)
            and outflows.business_date = candidates.business_date
        )
),

left_again as (
    select
        movement_key,
        cast(sum(out_fen) as bigint) as out_fen,
        cast(sum(case when is_order_known then out_fen else 0 end) as bigint) as timed_out_fen
    from pairs
    group by movement_key
),

passed as (
    select
        candidates.*,
        left_again.out_fen,
        left_again.timed_out_fen,
        left_again.timed_out_fen * 1000000 >= candidates.stated_fen * candidates.min_share_ppm
            as is_order_known
    from candidates
    inner join left_again on candidates.movement_key = left_again.movement_key
    where left_again.out_fen * 1000000 >= candidates.stated_fen * candidates.min_share_ppm
),

-- New is who had no part in any movement before, whichever way the money went.
seen_payers as (
    {{ seen_before('passed', 'movement_key', 'payee_token', 'judged_at', 'business_date', 'lookback_days') }}
),

passed_pairs as (
    select pairs.*
    from pairs
    inner join passed on pairs.movement_key = passed.movement_key
    where pairs.is_order_known or not passed.is_order_known
),

seen_payees as (
    {{ seen_before('passed_pairs', 'pair_key', 'out_token', 'new_at', 'business_date', 'lookback_days') }}
),

trusted_payees as (
    {{ known_payee('passed_pairs', 'pair_key', 'out_token', 'out_at') }}
),

payees as (
    select
        passed_pairs.movement_key,
        count(*) as outflow_count,
        count(distinct case when seen_payees.pair_key is null then passed_pairs.out_token end)
            as new_payee_count,
        count(distinct case
            when seen_payees.pair_key is null and trusted_payees.pair_key is null
                then passed_pairs.out_token
        end) as strange_payee_count,
        sum(case when passed_pairs.out_token is null then 1 else 0 end) as unnamed_count,
        max(passed_pairs.out_at) as last_out_at,
        max(passed_pairs.out_available_at) as out_available_at,
        max(passed_pairs.out_detected_at) as out_detected_at
    from passed_pairs
    left join seen_payees on passed_pairs.pair_key = seen_payees.pair_key
    left join trusted_payees on passed_pairs.pair_key = trusted_payees.pair_key
    group by passed_pairs.movement_key
),

judged as (
    select
        passed.*,
        payees.outflow_count,
        payees.new_payee_count,
        payees.strange_payee_count,
        payees.last_out_at,
        payees.out_available_at,
        payees.out_detected_at
    from passed
    inner join payees on passed.movement_key = payees.movement_key
    left join seen_payers on passed.movement_key = seen_payers.movement_key
    where
        seen_payers.movement_key is null
        and (payees.new_payee_count > 0 or payees.unnamed_count > 0)
),

first_days as (
    select judged.movement_key, min(movements.business_date) as first_date
    from judged
    inner join movements on judged.subject_key = movements.subject_key
    group by judged.movement_key
),

known_payers as (
    {{ known_at('judged', 'movement_key', 'known_things.thing_type', 'payee_token', 'judged_at') }}
),

described as (
    select
        judged.subject_key,
        judged.feed,
        coalesce(judged.payee_token, 'unnamed') as dedup_key,
        judged.source_id,
        judged.judged_at as event_at,
        greatest(judged.available_at, judged.out_available_at) as available_at,
        greatest(judged.detected_at, judged.out_detected_at) as detected_at,
        {{ json_text({
            'credit_fen': 'judged.stated_fen', 'out_fen': 'judged.timed_out_fen',
            'out_share_ppm': integer_divide('judged.timed_out_fen * 1000000', 'judged.stated_fen'),
            'minutes_to_last': integer_divide(
                'greatest(' ~ seconds_between('judged.judged_at', 'judged.last_out_at') ~ ', 0)', 60
            ),
            'outflow_count': 'judged.outflow_count', 'new_payee_count': 'judged.new_payee_count',
        }) }} as evidence,
        case
            when
                judged.payee_token is null or judged.new_payee_count = 0 or not judged.is_order_known
                then 'parse_low_confidence'
            when
                {{ days_between('first_days.first_date', 'judged.business_date') }}
                < judged.min_history_days
                then 'insufficient_history'
        end as exit_reason,
        case
            when known_payers.movement_key is not null then 'known_payer'
            when judged.strange_payee_count = 0 and judged.new_payee_count > 0 then 'known_payee'
        end as suppression_reason,
        judged.timed_out_fen as amount_fen,
        judged.delivery_id,
        judged.line_number
    from judged
    inner join first_days on judged.movement_key = first_days.movement_key
    left join known_payers on judged.movement_key = known_payers.movement_key
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
