with

latest as (
    {{ latest_rows(source('raw', 'alert_suppressions'), ['suppression_id'], recorded='recorded_at') }}
),

final as (
    select
        suppression_id,
        subject_key,
        rule_pattern,
        dedup_key,
        reason_code,
        feedback_id,
        author_id,
        created_at,
        expires_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
