with

latest as (
    {{ latest_rows(source('raw', 'fund_confirmations'), ['partner_id', 'confirmation_id']) }}
),

final as (
    select
        partner_id,
        confirmation_id,
        application_id,
        confirmed_date,
        applied_date,
        applied_time,
        business_code,
        return_code,
        fund_code,
        distributor_code,
        trading_account_token,
        fund_account_token,
        investor_token,
        currency_code,
        confirmed_hundredths_count,
        applied_hundredths_count,
        confirmed_fen,
        applied_fen,
        charge_fen,
        agency_fee_fen,
        nav_ten_thousandths,
        return_code = '0000' as is_confirmed,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
