with

told as (
    select
        *,
        {{ first_told(['subject_key']) }}
    from {{ source('raw', 'people') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['subject_key'], recorded='recorded_at') }}
),

final as (
    select
        subject_key,
        full_name_token,
        id_number_token,
        age_group_code,
        phone_token,
        email_token,
        region_code,
        registered_at,
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
