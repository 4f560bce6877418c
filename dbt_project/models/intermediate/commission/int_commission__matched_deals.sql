with

deals as (
    select * from {{ ref('int_commission__deal_states') }}
),

terms as (
    select distinct
        agreement_id,
        valid_from,
        valid_to,
        known_from,
        partner_id,
        direction_code,
        product_code,
        deal_type,
        tax_rate_ppm,
        is_tax_inclusive,
        currency_code,
        is_usable
    from {{ ref('int_commission__terms') }}
),

covered_products as (
    select distinct
        partner_id,
        product_code
    from terms
),

-- within an agreement the terms that began last apply, among those in force on the day
applicable as (
    select
        deals.partner_id,
        deals.deal_id,
        terms.agreement_id,
        terms.valid_from,
        terms.known_from,
        terms.direction_code,
        terms.deal_type,
        terms.tax_rate_ppm,
        terms.is_tax_inclusive,
        terms.currency_code,
        terms.is_usable
    from deals
    inner join terms
        on deals.partner_id = terms.partner_id
        and deals.product_code = terms.product_code
        and deals.deal_date >= terms.valid_from
        and (terms.valid_to is null or deals.deal_date < terms.valid_to)
    qualify row_number() over (
        partition by deals.partner_id, deals.deal_id, terms.agreement_id
        order by terms.valid_from desc
    ) = 1
),

-- two agreements over one deal are never decided by chance: the deal waits for the terms
counted as (
    select
        *,
        count(*) over (partition by partner_id, deal_id) as agreement_count,
        row_number() over (partition by partner_id, deal_id order by agreement_id) as position
    from applicable
),

reasoned as (
    select
        deals.*,
        counted.agreement_id,
        counted.valid_from as terms_valid_from,
        counted.known_from as terms_known_from,
        counted.direction_code,
        counted.deal_type,
        counted.tax_rate_ppm,
        counted.is_tax_inclusive,
        case
            when deals.state_code <> 'approved' then deals.state_code
            when covered_products.partner_id is null then 'no_agreement'
            when counted.agreement_id is null then 'outside_terms'
            when counted.agreement_count > 1 then 'several_agreements'
            when not counted.is_usable then 'terms_unusable'
            when counted.currency_code <> deals.currency_code then 'other_currency'
        end as unmatched_reason_code
    from deals
    left join covered_products
        on deals.partner_id = covered_products.partner_id
        and deals.product_code = covered_products.product_code
    left join counted
        on deals.partner_id = counted.partner_id
        and deals.deal_id = counted.deal_id
        and counted.position = 1
)

select * from reasoned
