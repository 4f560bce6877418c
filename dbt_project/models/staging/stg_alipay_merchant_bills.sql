with

latest as (
    {{ latest_rows(source('raw', 'alipay_merchant_bills'), ['trade_id', 'business_type_code', 'refund_request_id']) }}
),

final as (
    select
        trade_id,
        merchant_order_id,
        business_type_code,
        product_name,
        created_at,
        finished_at,
        store_id,
        store_name,
        operator_token,
        terminal_id,
        payer_token,
        order_fen,
        received_fen,
        red_packet_fen,
        points_fen,
        alipay_discount_fen,
        merchant_discount_fen,
        coupon_fen,
        coupon_name,
        merchant_red_packet_fen,
        card_fen,
        refund_request_id,
        service_fee_fen,
        profit_share_fen,
        remark,
        business_type_code = 'refund' as is_refund,
        case when business_type_code = 'refund' then trade_id end as original_trade_id,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
