with

postings as (
    select * from {{ source('postings', 'commission_postings') }}
),

final as (
    select
        posting_id,
        posting_month,
        origin_month,
        line_key,
        agreement_id,
        partner_id,
        direction_code,
        product_code,
        deal_type,
        deal_id,
        cast(tier_number as bigint) as tier_number,
        posting_type,
        reason_code,
        cast(base_fen as bigint) as base_fen,
        cast(rate_ppm as bigint) as rate_ppm,
        cast(net_fen as bigint) as net_fen,
        cast(tax_fen as bigint) as tax_fen,
        cast(gross_fen as bigint) as gross_fen,
        cast(tax_rate_ppm as bigint) as tax_rate_ppm,
        rule_version,
        terms_valid_from,
        terms_known_from,
        source_delivery_id,
        cast(source_line_number as bigint) as source_line_number,
        cut_off_at
    from postings
)

select * from final
