with

latest as (
    {{ latest_rows(source('raw', 'declarations'), ['declaration_id'], recorded='recorded_at') }}
),

final as (
    select
        declaration_id,
        subject_key,
        thing_type,
        institution_name,
        platform_code,
        city_code,
        payee_token,
        employer_token,
        device_token,
        phone_token,
        address_token,
        stated_count,
        source_code,
        author_id,
        holds_from_at,
        holds_until_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
