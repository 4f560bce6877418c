with

deals as (
    select * from {{ ref('int_commission__matched_deals') }}
    where deal_type = 'graduated' and unmatched_reason_code is null
),

terms as (
    select * from {{ ref('int_commission__terms') }}
),

-- the month's eligible amount is what climbs the tiers
scopes as (
    select
        agreement_id,
        origin_month,
        terms_valid_from,
        count(*) as deal_count,
        cast(sum(amount_fen) as bigint) as amount_fen
    from deals
    group by agreement_id, origin_month, terms_valid_from
),

slices as (
    select
        terms.*,
        scopes.origin_month,
        scopes.deal_count,
        least(scopes.amount_fen, coalesce(terms.tier_up_to_fen, scopes.amount_fen))
        - terms.tier_from_fen as base_fen
    from scopes
    inner join terms
        on scopes.agreement_id = terms.agreement_id and scopes.terms_valid_from = terms.valid_from
    where scopes.amount_fen > terms.tier_from_fen or terms.tier_number = 1
),

priced as (
    select
        {{ stable_id(["agreement_id", "'tier'", "origin_month", "valid_from", "tier_number"]) }} as line_key,
        agreement_id,
        partner_id,
        direction_code,
        product_code,
        deal_type,
        origin_month,
        null as deal_id,
        tier_number,
        deal_count,
        base_fen,
        rate_ppm,
        {{ rate_amount('base_fen', 'rate_ppm') }} as amount_fen,
        tax_rate_ppm,
        is_tax_inclusive,
        valid_from as terms_valid_from,
        known_from as terms_known_from,
        '1.0.0' as rule_version,
        _delivery_id as source_delivery_id,
        _line_number as source_line_number
    from slices
),

{{ commission_line_ctes('priced') }}

select * from final
