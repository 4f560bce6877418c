with

source as (
    select * from {{ source('raw', 'people') }}
    where {{ known_by_as_of() }}
),

latest as (
    select * from source
    qualify row_number() over (
        partition by subject_key
        order by recorded_at desc, _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
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
