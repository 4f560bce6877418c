with

latest as (
    {{ latest_rows(source('raw', 'wechat_fund_flows'), ['business_id', 'flow_id', 'business_type', 'direction_code']) }}
),

final as (
    select
        booked_at,
        business_id,
        flow_id,
        business_name,
        business_type,
        direction_code,
        amount_fen,
        balance_fen,
        requested_by_token,
        remark,
        voucher_id,
        case when business_type = '退款' then flow_id end as original_transaction_id,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
