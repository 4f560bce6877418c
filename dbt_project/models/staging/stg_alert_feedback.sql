with

latest as (
    {{ latest_rows(source('raw', 'alert_feedback'), ['feedback_id']) }}
),

final as (
    select
        feedback_id,
        subject_key,
        rule_id,
        dedup_key,
        alert_id,
        outcome_code,
        author_id,
        noted_at,
        expires_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
