{{ judged_by_day() }}
-- What $rule_id finds, in one line.
with

movements as (
    select * from {{ ref('int_subjects__movements') }} as movements
    where is_outflow and {{ only_judged('movements', lookback_days=var('settle_days')) }}
),

thresholds as (
    {{ thresholds(['min_amount_fen']) }}
),

judged as (
    select movements.*
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
    where -movements.amount_fen >= thresholds.min_amount_fen
),

described as (
    select
        subject_key,
        feed,
        coalesce(payee_token, 'unnamed') as dedup_key,
        source_id,
        judged_at as event_at,
        available_at,
        detected_at,
        {{ json_text({'outflow_fen': '-amount_fen'}) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        cast(null as {{ dbt.type_string() }}) as suppression_reason,
        -amount_fen as amount_fen,
        delivery_id,
        line_number
    from judged
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
