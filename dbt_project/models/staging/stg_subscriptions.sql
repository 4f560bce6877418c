with

latest as (
    {{ latest_rows(source('raw', 'subscriptions'), ['subscription_id'], recorded='recorded_at') }}
),

final as (
    select
        subscription_id,
        subject_key,
        plan_code,
        period_code,
        price_fen,
        enterprise_id,
        status_code,
        is_renewing,
        started_at,
        paid_until_at,
        cancelled_at,
        cancellation_reason_code,
        free_extension_days,
        free_extension_reason_code,
        free_extension_case_id,
        service_until_at,
        coupon_id,
        follows_subscription_id,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
