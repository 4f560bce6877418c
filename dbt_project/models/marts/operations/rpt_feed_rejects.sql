with

rejected_rows as (
    select * from {{ source('ledger', 'rejected_rows') }}
),

final as (
    select
        feed,
        reason_code,
        column_name,
        count(*) as row_count,
        count(distinct delivery_id) as delivery_count
    from rejected_rows
    group by feed, reason_code, column_name
)

select * from final
