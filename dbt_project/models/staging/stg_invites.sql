with

latest as (
    {{ latest_rows(source('raw', 'invites'), ['invite_id'], recorded='recorded_at') }}
),

final as (
    select
        invite_id,
        subject_key,
        invited_phone_token,
        invited_subject_key,
        channel_code,
        status_code,
        refusal_code,
        reward_code,
        reward_id,
        sent_at,
        registered_at,
        rewarded_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
