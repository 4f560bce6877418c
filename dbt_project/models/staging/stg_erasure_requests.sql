with

latest as (
    {{ latest_rows(source('raw', 'erasure_requests'), ['request_id']) }}
),

final as (
    select
        request_id,
        subject_key,
        channel_code,
        requested_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
