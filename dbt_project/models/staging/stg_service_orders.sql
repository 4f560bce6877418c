with

source as (
    select * from {{ source('raw', 'service_orders') }}
    where {{ known_by_as_of() }}
),

latest as (
    select * from source
    qualify row_number() over (
        partition by order_id
        order by recorded_at desc, _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
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
