with

latest as (
    {{ latest_rows(source('raw', 'wechat_profit_shares'), ['detail_id']) }}
),

final as (
    select
        shared_at,
        initiator_id,
        merchant_id,
        transaction_id,
        share_order_id,
        detail_id,
        merchant_share_id,
        order_fen,
        receiver_token,
        amount_fen,
        currency_code,
        business_type_code,
        status_name,
        description,
        remark,
        case when business_type_code = 'return' then transaction_id end as original_transaction_id,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
