with

latest as (
    {{ latest_rows(source('raw', 'support_tickets'), ['ticket_id'], recorded='recorded_at') }}
),

final as (
    select
        ticket_id,
        subject_key,
        channel_code,
        topic_code,
        priority_code,
        status_code,
        case_id,
        question,
        agent_id,
        satisfaction_score,
        opened_at,
        first_answered_at,
        resolved_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
