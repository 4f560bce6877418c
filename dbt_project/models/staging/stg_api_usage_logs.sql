with

latest as (
    {{ latest_rows(source('raw', 'api_usage_logs'), ['request_id']) }}
),

final as (
    select
        partner_id,
        api_customer_id,
        api_code,
        request_id,
        called_at,
        status_code,
        unit_count,
        duration_ms,
        contract_code,
        status_code = 'ok' as is_billable,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
