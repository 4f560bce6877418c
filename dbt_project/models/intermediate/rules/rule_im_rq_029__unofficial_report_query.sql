-- A credit report asked for at a site or app that is not one of the official channels.
with

queries as (
    select * from {{ ref('stg_report_queries') }}
    where not is_official_channel
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

described as (
    select
        queries.subject_key,
        'report_queries' as feed,
        queries.channel_code as dedup_key,
        queries.query_id as source_id,
        queries.requested_at as event_at,
        queries.first_received_at as available_at,
        batches.loaded_at as detected_at,
        {{ json_text({
            'channel_code': 'queries.channel_code', 'report_type_code': 'queries.report_type_code',
            'status_code': 'queries.status_code', 'fee_fen': 'queries.fee_fen',
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        cast(null as {{ dbt.type_string() }}) as suppression_reason,
        queries.fee_fen as amount_fen,
        queries.first_delivery_id as delivery_id,
        queries.first_line_number as line_number
    from queries
    left join batches on queries.first_delivery_id = batches.delivery_id
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
