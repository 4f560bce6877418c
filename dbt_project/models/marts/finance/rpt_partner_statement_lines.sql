with

postings as (
    select * from {{ ref('fct_commission_postings') }}
),

partners as (
    select * from {{ ref('dim_partners') }}
),

final as (
    select
        {{ stable_id(['postings.partner_id', 'postings.direction_code', 'postings.posting_month']) }} as statement_id,
        postings.posting_id,
        postings.partner_id,
        partners.partner_name,
        postings.direction_code,
        postings.posting_month,
        postings.origin_month,
        postings.posting_type,
        postings.reason_code,
        postings.agreement_id,
        postings.product_code,
        postings.deal_type,
        postings.deal_id,
        postings.tier_number,
        {{ yuan('postings.base_fen') }} as base_yuan,
        postings.rate_ppm,
        {{ yuan('postings.net_fen') }} as net_yuan,
        {{ yuan('postings.tax_fen') }} as tax_yuan,
        {{ yuan('postings.gross_fen') }} as gross_yuan,
        postings.tax_rate_ppm,
        postings.rule_version,
        postings.terms_valid_from,
        postings.terms_known_from,
        postings.source_delivery_id,
        postings.source_line_number,
        postings.cut_off_at
    from postings
    left join partners on postings.partner_id = partners.partner_id
)

select * from final
