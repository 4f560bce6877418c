with

latest as (
    {{ latest_rows(source('raw', 'verifications'), ['verification_id']) }}
),

final as (
    select
        verification_id,
        subject_key,
        method_code,
        outcome_code,
        device_token,
        verified_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
