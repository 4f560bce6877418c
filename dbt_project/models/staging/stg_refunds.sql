with

latest as (
    {{ latest_rows(source('raw', 'refunds'), ['refund_id'], recorded='recorded_at') }}
),

final as (
    select
        refund_id,
        payment_id,
        subject_key,
        reason_code,
        amount_fen,
        compensation_fen,
        complaint_id,
        status_code,
        provider_refund_id,
        requested_at,
        decided_at,
        paid_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
