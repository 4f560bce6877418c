with

deals as (
    select * from {{ ref('int_commission__matched_deals') }}
    where deal_type = 'percentage' and unmatched_reason_code is null
),

terms as (
    select * from {{ ref('int_commission__terms') }}
),

priced as (
    select
        {{ stable_id(["deals.agreement_id", "'deal'", "deals.deal_id"]) }} as line_key,
        deals.agreement_id,
        deals.partner_id,
        deals.direction_code,
        deals.product_code,
        deals.deal_type,
        deals.origin_month,
        deals.deal_id,
        null as tier_number,
        1 as deal_count,
        deals.amount_fen as base_fen,
        terms.rate_ppm,
        {{ rate_amount('deals.amount_fen', 'terms.rate_ppm') }} as amount_fen,
        deals.tax_rate_ppm,
        deals.is_tax_inclusive,
        deals.terms_valid_from,
        deals.terms_known_from,
        '1.0.0' as rule_version,
        deals._delivery_id as source_delivery_id,
        deals._line_number as source_line_number
    from deals
    inner join terms
        on deals.agreement_id = terms.agreement_id and deals.terms_valid_from = terms.valid_from
),

{{ commission_line_ctes('priced') }}

select * from final
