with

latest as (
    {{ latest_rows(source('raw', 'platform_events'), ['platform_code', 'event_id']) }}
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
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
