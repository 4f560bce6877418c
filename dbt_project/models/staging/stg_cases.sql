with

latest as (
    {{ latest_rows(source('raw', 'cases'), ['case_id'], recorded='recorded_at') }}
),

final as (
    select
        case_id,
        subject_key,
        kind_code,
        severity_code,
        alert_id,
        status_code,
        outcome_code,
        institution_name,
        amount_at_risk_fen,
        handler_id,
        legal_partner_id,
        opened_at,
        confirmed_at,
        closed_at,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
