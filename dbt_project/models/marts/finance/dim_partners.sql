with

agreements as (
    select * from {{ ref('stg_partner_agreements') }}
    where {{ is_known('known_from') }}
),

deals as (
    select distinct partner_id
    from {{ ref('int_commission__deal_states') }}
),

-- a partner is called what its newest terms call it
names as (
    select
        partner_id,
        partner_name
    from agreements
    qualify row_number() over (
        partition by partner_id
        order by known_from desc, _delivery_id desc, valid_from desc, agreement_id, tier_number
    ) = 1
),

counts as (
    select
        partner_id,
        count(distinct agreement_id) as agreement_count,
        min(valid_from) as first_valid_from
    from agreements
    group by partner_id
),

partners as (
    select partner_id from names
    union
    select partner_id from deals
),

final as (
    select
        partners.partner_id,
        names.partner_name,
        cast(coalesce(counts.agreement_count, 0) as bigint) as agreement_count,
        counts.first_valid_from
    from partners
    left join names on partners.partner_id = names.partner_id
    left join counts on partners.partner_id = counts.partner_id
)

select * from final
