-- A query of a credit report that failed and was charged all the same.
with

queries as (
    select * from {{ ref('stg_report_queries') }}
    where is_failed_but_charged
),

refunds as (
    select * from {{ ref('stg_refunds') }}
    where status_code in ('approved', 'paid')
),

batches as (
    select * from {{ source('ledger', 'batches') }}
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
        queries.subject_key,
        'report_queries' as feed,
        queries.query_id as dedup_key,
        queries.query_id as source_id,
        queries.requested_at as event_at,
        queries.first_received_at as available_at,
        batches.loaded_at as detected_at,
        {{ json_text({
            'status_code': 'queries.status_code', 'failure_code': 'queries.failure_code',
            'fee_fen': 'queries.fee_fen', 'payment_id': 'queries.payment_id',
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case when refunded.refunded_fen >= queries.fee_fen then 'refunded' end as suppression_reason,
        queries.fee_fen as amount_fen,
        queries.first_delivery_id as delivery_id,
        queries.first_line_number as line_number
    from queries
    left join refunded on queries.payment_id = refunded.payment_id
    left join batches on queries.first_delivery_id = batches.delivery_id
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
