with

latest as (
    {{ latest_rows(source('raw', 'enterprise_invoices'), ['invoice_code', 'invoice_number', 'tax_rate_ppm']) }}
),

final as (
    select
        invoice_code,
        invoice_number,
        invoice_type,
        state_code,
        original_invoice_number,
        issued_date,
        partner_id,
        seller_token,
        seller_tax_number_token,
        buyer_token,
        buyer_tax_number_token,
        net_fen,
        tax_rate_ppm,
        tax_fen,
        gross_fen,
        remark,
        state_code = 'red' as is_red,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
