with

latest as (
    {{ latest_rows(source('raw', 'loyalty_points'), ['entry_id']) }}
),

final as (
    select
        entry_id,
        subject_key,
        entry_code,
        points_count,
        reason_code,
        benefit_code,
        reference_id,
        expires_at,
        occurred_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
