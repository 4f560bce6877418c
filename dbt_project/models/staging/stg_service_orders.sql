with

latest as (
    {{ latest_rows(source('raw', 'service_orders'), ['order_id'], recorded='recorded_at') }}
),

final as (
    select
        order_id,
        subject_key,
        service_code,
        partner_id,
        amount_fen,
        status_code,
        ordered_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
