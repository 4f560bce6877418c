-- The service was paid twice for one thing.
with

payments as (
    select * from {{ ref('stg_payments') }}
    where status_code = 'succeeded'
),

refunds as (
    select * from {{ ref('stg_refunds') }}
    where status_code in ('approved', 'paid')
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

thresholds as (
    {{ thresholds(['window_minutes']) }}
),

-- A subscription is paid for again and again: only payments close to each other are one too many.
followed as (
    select
        *,
        lag(payment_id) over (
            partition by subject_key, paid_for_code, paid_for_id, amount_fen
            order by paid_at, payment_id
        ) as previous_payment_id,
        lag(paid_at) over (
            partition by subject_key, paid_for_code, paid_for_id, amount_fen
            order by paid_at, payment_id
        ) as previous_paid_at
    from payments
    where amount_fen > 0
),

duplicates as (
    select
        followed.*,
        thresholds.window_minutes
    from followed
    inner join thresholds on {{ in_force(local_date('followed.paid_at')) }}
    where
        {{ seconds_between('followed.previous_paid_at', 'followed.paid_at') }}
        <= thresholds.window_minutes * 60
),

refunded as (
    select
        payment_id,
        sum(amount_fen) as refunded_fen
    from refunds
    group by payment_id
),

described as (
    select
        duplicates.subject_key,
        'payments' as feed,
        duplicates.paid_for_code || ':' || coalesce(duplicates.paid_for_id, '') as dedup_key,
        duplicates.payment_id as source_id,
        duplicates.paid_at as event_at,
        greatest(duplicates.first_received_at, duplicates.paid_at) as available_at,
        greatest(batches.loaded_at, duplicates.paid_at) as detected_at,
        {{ json_text({
            'paid_for_code': 'duplicates.paid_for_code', 'amount_fen': 'duplicates.amount_fen',
            'payment_id': 'duplicates.payment_id',
            'previous_payment_id': 'duplicates.previous_payment_id',
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case
            when
                coalesce(refunded.refunded_fen, 0) + coalesce(earlier_refunded.refunded_fen, 0)
                >= duplicates.amount_fen
                then 'refunded'
        end as suppression_reason,
        duplicates.amount_fen,
        duplicates.first_delivery_id as delivery_id,
        duplicates.first_line_number as line_number
    from duplicates
    left join refunded on duplicates.payment_id = refunded.payment_id
    left join refunded as earlier_refunded
        on duplicates.previous_payment_id = earlier_refunded.payment_id
    left join batches on duplicates.first_delivery_id = batches.delivery_id
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
