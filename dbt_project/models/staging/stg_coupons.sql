with

latest as (
    {{ latest_rows(source('raw', 'coupons'), ['coupon_id'], recorded='recorded_at') }}
),

final as (
    select
        coupon_id,
        subject_key,
        campaign_id,
        source_code,
        kind_code,
        value_fen,
        discount_ppm,
        free_days,
        minimum_spend_fen,
        status_code,
        payment_id,
        issued_at,
        valid_until_at,
        used_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
