with

latest as (
    {{ latest_rows(source('raw', 'wechat_merchant_bills'), ['merchant_id', 'transaction_id', 'refund_id']) }}
),

final as (
    select
        traded_at,
        app_id,
        merchant_id,
        sub_merchant_id,
        device_number,
        transaction_id,
        merchant_order_id,
        payer_token,
        trade_type,
        trade_state_code,
        bank_code,
        currency_code,
        settlement_fen,
        coupon_fen,
        refund_applied_at,
        refund_succeeded_at,
        refund_id,
        merchant_refund_id,
        refund_fen,
        coupon_refund_fen,
        refund_type,
        refund_state,
        product_name,
        merchant_data,
        fee_fen,
        fee_rate_ppm,
        order_fen,
        refund_applied_fen,
        fee_rate_note,
        trade_state_code = 'refund' as is_refund,
        case when trade_state_code = 'refund' then transaction_id end as original_transaction_id,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
