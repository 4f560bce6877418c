with

latest as (
    {{ latest_rows(source('raw', 'partner_flat_files'), ['partner_id', 'serial_id']) }}
),

final as (
    select
        partner_id,
        serial_id,
        partner_order_id,
        ordered_at,
        trade_date,
        confirmed_at,
        unit_text,
        amount_fen,
        holder_age_years,
        voucher_number,
        is_confirmed,
        remark,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from latest
)

select * from final
