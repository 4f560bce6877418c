with

told as (
    select
        *,
        {{ first_told(['platform_code', 'event_id']) }}
    from {{ source('raw', 'platform_events') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['platform_code', 'event_id']) }}
),

final as (
    select
        authorisation_id,
        subject_key,
        platform_code,
        event_id,
        platform_class,
        event_code,
        account_token,
        device_token,
        ip_token,
        device_type_code,
        country_code,
        city_code,
        latitude_microdegrees,
        longitude_microdegrees,
        is_proxy,
        is_new_device,
        occurred_at,
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
