with

told as (
    select
        *,
        {{ first_told(['watcher_id', 'hit_id']) }}
    from {{ source('raw', 'leak_watch_hits') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['watcher_id', 'hit_id']) }}
),

final as (
    select
        watcher_id,
        hit_id,
        phone_token,
        email_token,
        id_number_token,
        breach_name,
        source_code,
        source_name,
        data_classes,
        severity_code,
        has_password,
        leaked_date,
        found_at,
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
