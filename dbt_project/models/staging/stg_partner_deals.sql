with

source as (
    select * from {{ source('raw', 'partner_deals') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by partner_id, deal_id, _delivery_id
            order by _line_number desc
        ) as recency
    from source
),

final as (
    select
        partner_id,
        deal_id,
        product_code,
        order_id,
        customer_phone_token,
        status_code,
        amount_fen,
        currency_code,
        occurred_at,
        {{ month_text(local_date('occurred_at')) }} as origin_month,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from ranked
    where recency = 1
)

select * from final
