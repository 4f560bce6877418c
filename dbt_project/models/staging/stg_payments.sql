with

told as (
    select
        *,
        {{ first_told(['payment_id']) }}
    from {{ source('raw', 'payments') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['payment_id'], recorded='recorded_at') }}
),

final as (
    select
        payment_id,
        subject_key,
        paid_for_code,
        paid_for_id,
        method_code,
        provider_trade_id,
        price_fen,
        coupon_discount_fen,
        points_discount_fen,
        amount_fen,
        coupon_id,
        status_code,
        requested_at,
        paid_at,
        recorded_at,
        first_received_at,
        first_delivery_id,
        first_line_number,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
