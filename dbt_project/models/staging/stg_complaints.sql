with

latest as (
    {{ latest_rows(source('raw', 'complaints'), ['complaint_id'], recorded='recorded_at') }}
),

final as (
    select
        complaint_id,
        subject_key,
        channel_code,
        about_code,
        partner_id,
        ticket_id,
        status_code,
        outcome_code,
        compensation_fen,
        wording,
        complained_at,
        accepted_at,
        answered_at,
        closed_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
