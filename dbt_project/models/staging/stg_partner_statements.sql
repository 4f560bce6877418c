with

latest as (
    {{ latest_rows(source('raw', 'partner_statements'), ['partner_id', 'statement_id', 'line_code']) }}
),

-- a statement delivered again replaces the earlier one whole, lines that it leaves out as well
whole as (
    select
        *,
        first_value(_delivery_id) over (
            partition by partner_id, statement_id
            order by _received_at desc, _delivery_id desc
        ) as last_delivery_id
    from latest
),

final as (
    select
        partner_id,
        statement_id,
        line_code,
        line_type,
        direction_code,
        statement_month,
        deal_id,
        product_code,
        deal_count,
        base_fen,
        net_fen,
        tax_fen,
        gross_fen,
        currency_code,
        issued_date,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from whole
    where _delivery_id = last_delivery_id
)

select * from final
