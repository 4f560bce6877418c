with

source as (
    select * from {{ source('raw', 'authorisations') }}
    where {{ known_by_as_of() }}
),

latest as (
    select * from source
    qualify row_number() over (
        partition by authorisation_id
        order by recorded_at desc, _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
),

final as (
    select
        authorisation_id,
        subject_key,
        scope_code,
        granted_at,
        expires_at,
        revoked_at,
        least(expires_at, coalesce(revoked_at, expires_at)) as ended_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
