with

source as (
    select * from {{ source('raw', 'partner_deal_updates') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by partner_id, update_id, _delivery_id
            order by _line_number desc
        ) as recency
    from source
),

final as (
    select
        partner_id,
        update_id,
        deal_id,
        update_code,
        amount_fen,
        reason_code,
        occurred_at,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from ranked
    where recency = 1
)

select * from final
