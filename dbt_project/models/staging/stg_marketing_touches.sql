with

latest as (
    {{ latest_rows(source('raw', 'marketing_touches'), ['touch_id']) }}
),

final as (
    select
        touch_id,
        subject_key,
        visitor_token,
        campaign_id,
        channel_code,
        purpose_code,
        event_code,
        keyword,
        partner_id,
        is_opted_in,
        cost_fen,
        occurred_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
