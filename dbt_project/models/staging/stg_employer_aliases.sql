with

latest as (
    {{ latest_rows(source('raw', 'employer_aliases'), ['alias_id'], recorded='recorded_at') }}
),

final as (
    select
        alias_id,
        agent_token,
        employer_token,
        kind_code,
        source_name,
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
