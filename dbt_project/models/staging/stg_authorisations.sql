with

latest as (
    {{ latest_rows(source('raw', 'authorisations'), ['authorisation_id'], recorded='recorded_at') }}
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
