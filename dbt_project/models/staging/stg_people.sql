with

latest as (
    {{ latest_rows(source('raw', 'people'), ['subject_key'], recorded='recorded_at') }}
),

final as (
    select
        subject_key,
        full_name_token,
        id_number_token,
        phone_token,
        email_token,
        region_code,
        registered_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
