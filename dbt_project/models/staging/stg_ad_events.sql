with

latest as (
    {{ latest_rows(source('raw', 'ad_events'), ['partner_id', 'event_id']) }}
),

final as (
    select
        event_id,
        partner_id,
        event_code,
        occurred_at,
        click_id,
        campaign_id,
        placement_code,
        creative_id,
        device_token,
        ip_token,
        region_code,
        conversion_code,
        order_id,
        amount_fen,
        cost_fen,
        currency_code,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
